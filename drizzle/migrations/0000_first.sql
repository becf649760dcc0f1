CREATE TABLE "allocations" (
	"strategy_id" text NOT NULL,
	"as_of" timestamp (3) with time zone NOT NULL,
	"symbol" text NOT NULL,
	"weight" numeric NOT NULL,
	"quantity" numeric,
	"session" date NOT NULL,
	"applied" boolean DEFAULT false NOT NULL,
	"refresh_id" text,
	CONSTRAINT "allocations_strategy_id_as_of_symbol_pk" PRIMARY KEY("strategy_id","as_of","symbol")
);
--> statement-breakpoint
CREATE TABLE "index_values" (
	"index_id" text NOT NULL,
	"session" date NOT NULL,
	"level" numeric NOT NULL,
	"units" jsonb,
	"computed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "index_values_index_id_session_pk" PRIMARY KEY("index_id","session")
);
--> statement-breakpoint
CREATE TABLE "metrics" (
	"subject" text NOT NULL,
	"period" text NOT NULL,
	"as_of" timestamp (3) with time zone NOT NULL,
	"values" json NOT NULL,
	"refresh_id" text,
	CONSTRAINT "metrics_subject_period_pk" PRIMARY KEY("subject","period")
) WITH (fillfactor = 70);
--> statement-breakpoint
CREATE TABLE "signals" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "signals_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"strategy_id" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"symbol" text NOT NULL,
	"side" text NOT NULL,
	"quantity" numeric NOT NULL,
	"value" numeric NOT NULL,
	"applied" boolean DEFAULT false NOT NULL,
	"refresh_id" text
);
--> statement-breakpoint
CREATE TABLE "strategies" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"method" text NOT NULL,
	"options" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"symbols" text[] NOT NULL,
	"applies_to_index" boolean DEFAULT true NOT NULL,
	"capital" numeric DEFAULT '100000' NOT NULL,
	"active" boolean DEFAULT true NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "strategies_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "anomalies" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "anomalies_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"symbol" text NOT NULL,
	"check" text NOT NULL,
	"state" text NOT NULL,
	"source" text NOT NULL,
	"price" numeric,
	"expected" numeric,
	"detail" text NOT NULL,
	"held" jsonb,
	"refresh_id" text,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"resolved_at" timestamp (3) with time zone,
	"resolution" text
);
--> statement-breakpoint
CREATE TABLE "assets" (
	"symbol" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"class" text NOT NULL,
	"currency" text NOT NULL,
	"calendar" text NOT NULL,
	"sector" text,
	"indexes" text[] DEFAULT '{}' NOT NULL,
	"status" text DEFAULT 'unverified' NOT NULL,
	"probe_at" timestamp (3) with time zone,
	"probes" integer DEFAULT 0 NOT NULL,
	"parked_why" text,
	"history_from" date,
	"volatility" double precision,
	"earnings_on" date,
	"quality" double precision,
	"bars_version" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "assets_status" CHECK ("assets"."status" in ('active','unverified','parked'))
);
--> statement-breakpoint
CREATE TABLE "daily_bars" (
	"symbol" text NOT NULL,
	"session" date NOT NULL,
	"open" numeric,
	"high" numeric,
	"low" numeric,
	"close" numeric NOT NULL,
	"volume" numeric,
	"split_ratio" numeric,
	"dividend" numeric,
	"adjustment" numeric DEFAULT '1' NOT NULL,
	"currency" text,
	"source" text NOT NULL,
	"provisional" boolean DEFAULT false NOT NULL,
	"quality" text DEFAULT 'good' NOT NULL,
	"fetched_at" timestamp (3) with time zone NOT NULL,
	"refresh_id" text,
	CONSTRAINT "daily_bars_symbol_session_pk" PRIMARY KEY("symbol","session"),
	CONSTRAINT "daily_bars_close" CHECK ("daily_bars"."close" > 0 and "daily_bars"."close" < 'Infinity')
);
--> statement-breakpoint
-- Partitioned by hand: drizzle-kit has no word for it. The partitions are made by store/partitions.ts.
CREATE TABLE "financial_time_series" (
	"time" timestamp (3) with time zone NOT NULL,
	"symbol" text NOT NULL,
	"price" numeric NOT NULL,
	"open" numeric,
	"high" numeric,
	"low" numeric,
	"volume" numeric,
	"exchange" text NOT NULL,
	"currency" text NOT NULL,
	"fetched_at" timestamp (3) with time zone NOT NULL,
	"delay_s" integer DEFAULT 0 NOT NULL,
	"refresh_id" text,
	CONSTRAINT "financial_time_series_symbol_time_exchange_pk" PRIMARY KEY("symbol","time","exchange"),
	CONSTRAINT "financial_time_series_price" CHECK ("financial_time_series"."price" > 0 and "financial_time_series"."price" < 'Infinity')
) PARTITION BY RANGE ("time");
--> statement-breakpoint
-- Rows that are updated again and again keep room on their page, so that an update touches no index (HOT).
CREATE TABLE "latest_quotes" (
	"symbol" text PRIMARY KEY NOT NULL,
	"price" numeric NOT NULL,
	"open" numeric,
	"high" numeric,
	"low" numeric,
	"volume" numeric,
	"previous_close" numeric,
	"market_cap" numeric,
	"currency" text NOT NULL,
	"source" text NOT NULL,
	"quote_time" timestamp (3) with time zone NOT NULL,
	"fetched_at" timestamp (3) with time zone NOT NULL,
	"delay_s" integer DEFAULT 0 NOT NULL,
	"quality" text DEFAULT 'good' NOT NULL,
	"refresh_id" text,
	"provenance" jsonb,
	"replaced_price" numeric,
	"replaced_quote_time" timestamp (3) with time zone,
	"price_since" timestamp (3) with time zone,
	"good_price" numeric,
	"good_previous_close" numeric,
	"good_quote_time" timestamp (3) with time zone,
	"changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "latest_quotes_price" CHECK ("latest_quotes"."price" > 0 and "latest_quotes"."price" < 'Infinity')
) WITH (fillfactor = 70);
--> statement-breakpoint
CREATE TABLE "alerts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "alerts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"subject" text DEFAULT '' NOT NULL,
	"severity" text NOT NULL,
	"detail" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"resolved_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "provider_status" (
	"provider" text PRIMARY KEY NOT NULL,
	"status" jsonb NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "provider_usage" (
	"provider" text NOT NULL,
	"key_hash" text NOT NULL,
	"window" text NOT NULL,
	"period_start" timestamp (3) with time zone NOT NULL,
	"reserved" double precision DEFAULT 0 NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "provider_usage_provider_key_hash_window_period_start_pk" PRIMARY KEY("provider","key_hash","window","period_start")
);
--> statement-breakpoint
CREATE TABLE "schedules" (
	"name" text PRIMARY KEY NOT NULL,
	"spec" jsonb NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"missed" text DEFAULT 'once' NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"name" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL,
	"changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ticks" (
	"schedule" text NOT NULL,
	"tick" timestamp (3) with time zone NOT NULL,
	"fired_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"refresh_id" text,
	"outcome" text,
	CONSTRAINT "ticks_schedule_tick_pk" PRIMARY KEY("schedule","tick")
);
--> statement-breakpoint
CREATE TABLE "events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"type" text NOT NULL,
	"user_id" text,
	"refresh_id" text,
	"items" jsonb NOT NULL,
	"size" integer DEFAULT 1 NOT NULL,
	"number" bigint,
	"at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"id" text PRIMARY KEY NOT NULL,
	"endpoint_id" text NOT NULL,
	"event" text NOT NULL,
	"message_id" text NOT NULL,
	"payload" jsonb NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"last_status" integer,
	"last_error" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"delivered_at" timestamp (3) with time zone,
	CONSTRAINT "webhook_deliveries_once" UNIQUE("endpoint_id","message_id")
);
--> statement-breakpoint
CREATE TABLE "webhook_endpoints" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"url" text NOT NULL,
	"events" text[] NOT NULL,
	"secret" text NOT NULL,
	"previous_secret" text,
	"enabled" boolean DEFAULT true NOT NULL,
	"disabled_why" text,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "webhook_triggers" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"key_id" text NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"refresh" jsonb NOT NULL,
	"secret" text NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"role" text NOT NULL,
	"name" text NOT NULL,
	"prefix" text NOT NULL,
	"hash" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	"last_used_at" timestamp (3) with time zone,
	CONSTRAINT "api_keys_hash_unique" UNIQUE("hash"),
	CONSTRAINT "api_keys_role" CHECK ("api_keys"."role" in ('admin','system','support','user'))
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_log_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"key_id" text,
	"user_id" text,
	"role" text,
	"action" text NOT NULL,
	"subject" text,
	"detail" jsonb,
	"request_id" text,
	"remote_address" text
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"principal" text NOT NULL,
	"key" text NOT NULL,
	"fingerprint" text NOT NULL,
	"status" integer,
	"headers" jsonb,
	"body" jsonb,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_principal_key_pk" PRIMARY KEY("principal","key")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"key_id" text NOT NULL,
	"kind" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "users_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "holding_changes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "holding_changes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"portfolio_id" text NOT NULL,
	"holding_id" text NOT NULL,
	"symbol" text NOT NULL,
	"version" integer NOT NULL,
	"quantity" numeric NOT NULL,
	"cost" numeric NOT NULL,
	"changed_by" text,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "holdings" (
	"id" text PRIMARY KEY NOT NULL,
	"portfolio_id" text NOT NULL,
	"symbol" text NOT NULL,
	"quantity" numeric NOT NULL,
	"cost" numeric DEFAULT '0' NOT NULL,
	"target_weight" numeric,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"changed_at" timestamp (3) with time zone,
	CONSTRAINT "holdings_of_portfolio" UNIQUE("portfolio_id","symbol")
);
--> statement-breakpoint
CREATE TABLE "portfolio_series" (
	"portfolio_id" text PRIMARY KEY NOT NULL,
	"sessions" date[] NOT NULL,
	"values" double precision[] NOT NULL,
	"flows" double precision[] NOT NULL,
	"growth" double precision[] NOT NULL,
	"inputs" text NOT NULL,
	"as_of" timestamp (3) with time zone NOT NULL,
	"refresh_id" text
);
--> statement-breakpoint
CREATE TABLE "portfolio_snapshots" (
	"portfolio_id" text PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"as_of" timestamp (3) with time zone NOT NULL,
	"value" numeric NOT NULL,
	"valuation" json NOT NULL,
	"inputs" text,
	"refresh_id" text
) WITH (fillfactor = 70);
--> statement-breakpoint
CREATE TABLE "portfolios" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"name" text NOT NULL,
	"currency" text DEFAULT 'USD' NOT NULL,
	"cash" numeric DEFAULT '0' NOT NULL,
	"benchmark" text DEFAULT '^GSPC' NOT NULL,
	"active" boolean DEFAULT true NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "watchlist_items" (
	"watchlist_id" text NOT NULL,
	"symbol" text NOT NULL,
	"position" integer DEFAULT 0 NOT NULL,
	"added_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "watchlist_items_watchlist_id_symbol_pk" PRIMARY KEY("watchlist_id","symbol")
);
--> statement-breakpoint
CREATE TABLE "watchlists" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text,
	"name" text NOT NULL,
	"is_default" boolean DEFAULT false NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "refresh_callers" (
	"refresh_id" text NOT NULL,
	"key_id" text NOT NULL,
	"user_id" text,
	"role" text NOT NULL,
	"reason" text,
	"callback_endpoint" text,
	"request_id" text,
	"remote_address" text,
	"joined_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"detached" boolean DEFAULT false NOT NULL,
	CONSTRAINT "refresh_callers_refresh_id_key_id_pk" PRIMARY KEY("refresh_id","key_id")
);
--> statement-breakpoint
CREATE TABLE "refresh_items" (
	"refresh_id" text NOT NULL,
	"subject" text NOT NULL,
	"data" text NOT NULL,
	"state" text NOT NULL,
	"reason" text,
	"detail" text,
	"chain" jsonb,
	"served" jsonb,
	"source" text,
	"fresh_after" timestamp (3) with time zone,
	"next_refresh_at" timestamp (3) with time zone,
	"settled_at" timestamp (3) with time zone,
	CONSTRAINT "refresh_items_refresh_id_data_subject_pk" PRIMARY KEY("refresh_id","data","subject")
) WITH (fillfactor = 70);
--> statement-breakpoint
CREATE TABLE "refreshes" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"mode" text NOT NULL,
	"target" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"symbols" text[],
	"max_age_s" integer,
	"identity" text NOT NULL,
	"scope" text NOT NULL,
	"status" text DEFAULT 'queued' NOT NULL,
	"rank" integer NOT NULL,
	"source" text NOT NULL,
	"key_id" text,
	"user_id" text,
	"role" text NOT NULL,
	"counted" boolean DEFAULT false NOT NULL,
	"reason" text,
	"request_id" text,
	"remote_address" text,
	"callback_endpoint" text,
	"detached" boolean DEFAULT false NOT NULL,
	"traceparent" text,
	"accepted_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"deadline_at" timestamp (3) with time zone NOT NULL,
	"rung_at" timestamp (3) with time zone,
	"started_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"changed_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"seq" integer DEFAULT 0 NOT NULL,
	"fence" integer DEFAULT 0 NOT NULL,
	"step" text DEFAULT 'queued' NOT NULL,
	"calculates" boolean DEFAULT false NOT NULL,
	"total" integer DEFAULT 0 NOT NULL,
	"fetches" integer DEFAULT 0 NOT NULL,
	"open" integer DEFAULT 0 NOT NULL,
	"done" integer DEFAULT 0 NOT NULL,
	"failed" integer DEFAULT 0 NOT NULL,
	"prices" integer DEFAULT 0 NOT NULL,
	"portfolios" integer DEFAULT 0 NOT NULL,
	"metrics" integer DEFAULT 0 NOT NULL,
	"calculated" double precision DEFAULT 0 NOT NULL,
	"skipped" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"provider_calls" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"failures" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"end_reason" text,
	"next_refresh_at" timestamp (3) with time zone,
	"estimate" jsonb,
	CONSTRAINT "refreshes_status" CHECK ("refreshes"."status" in ('queued','in_progress','success','partial','failed','cancelled','timed_out'))
) WITH (fillfactor = 70);
--> statement-breakpoint
CREATE TABLE "wants" (
	"symbol" text NOT NULL,
	"data" text NOT NULL,
	"class" text NOT NULL,
	"lane" text NOT NULL,
	"rank" integer NOT NULL,
	"turn" bigint NOT NULL,
	"owner" text NOT NULL,
	"since" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"fresh_after" timestamp (3) with time zone NOT NULL,
	"from_session" date,
	"to_session" date,
	"tried" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"held" jsonb,
	"batch_cap" integer,
	"call_id" text,
	"fence" integer DEFAULT 0 NOT NULL,
	"claims" integer DEFAULT 0 NOT NULL,
	"claimed_at" timestamp (3) with time zone,
	"resting" boolean DEFAULT false NOT NULL,
	"refresh_id" text,
	CONSTRAINT "wants_symbol_data_pk" PRIMARY KEY("symbol","data")
) WITH (fillfactor = 70);
--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_endpoint_id_webhook_endpoints_id_fk" FOREIGN KEY ("endpoint_id") REFERENCES "public"."webhook_endpoints"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holdings" ADD CONSTRAINT "holdings_portfolio_id_portfolios_id_fk" FOREIGN KEY ("portfolio_id") REFERENCES "public"."portfolios"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "portfolio_series" ADD CONSTRAINT "portfolio_series_portfolio_id_portfolios_id_fk" FOREIGN KEY ("portfolio_id") REFERENCES "public"."portfolios"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "portfolio_snapshots" ADD CONSTRAINT "portfolio_snapshots_portfolio_id_portfolios_id_fk" FOREIGN KEY ("portfolio_id") REFERENCES "public"."portfolios"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "portfolios" ADD CONSTRAINT "portfolios_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "watchlist_items" ADD CONSTRAINT "watchlist_items_watchlist_id_watchlists_id_fk" FOREIGN KEY ("watchlist_id") REFERENCES "public"."watchlists"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "watchlists" ADD CONSTRAINT "watchlists_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refresh_callers" ADD CONSTRAINT "refresh_callers_refresh_id_refreshes_id_fk" FOREIGN KEY ("refresh_id") REFERENCES "public"."refreshes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refresh_items" ADD CONSTRAINT "refresh_items_refresh_id_refreshes_id_fk" FOREIGN KEY ("refresh_id") REFERENCES "public"."refreshes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "allocations_applied" ON "allocations" USING btree ("strategy_id","session") WHERE "allocations"."applied";--> statement-breakpoint
CREATE INDEX "signals_of" ON "signals" USING btree ("strategy_id","at");--> statement-breakpoint
CREATE INDEX "anomalies_symbol" ON "anomalies" USING btree ("symbol","at");--> statement-breakpoint
CREATE INDEX "anomalies_at" ON "anomalies" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "anomalies_open" ON "anomalies" USING btree ("symbol","check") WHERE "anomalies"."resolved_at" is null;--> statement-breakpoint
CREATE INDEX "assets_sector" ON "assets" USING btree ("sector");--> statement-breakpoint
CREATE INDEX "daily_bars_splits" ON "daily_bars" USING btree ("symbol","session") WHERE "daily_bars"."split_ratio" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_open" ON "alerts" USING btree ("name","subject") WHERE "alerts"."resolved_at" is null;--> statement-breakpoint
CREATE INDEX "events_unpublished" ON "events" USING btree ("id") WHERE "events"."number" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "events_number" ON "events" USING btree ("number");--> statement-breakpoint
CREATE INDEX "events_at" ON "events" USING btree ("at");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_newest" ON "webhook_deliveries" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_due" ON "webhook_deliveries" USING btree ("next_attempt_at") WHERE "webhook_deliveries"."state" = 'pending';--> statement-breakpoint
CREATE INDEX "api_keys_user" ON "api_keys" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "audit_log_at" ON "audit_log" USING btree ("at");--> statement-breakpoint
CREATE INDEX "audit_log_user" ON "audit_log" USING btree ("user_id","at");--> statement-breakpoint
CREATE INDEX "idempotency_keys_age" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "holding_changes_of" ON "holding_changes" USING btree ("portfolio_id","at");--> statement-breakpoint
CREATE INDEX "holdings_symbol" ON "holdings" USING btree ("symbol");--> statement-breakpoint
CREATE INDEX "portfolios_user" ON "portfolios" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "watchlist_items_symbol" ON "watchlist_items" USING btree ("symbol");--> statement-breakpoint
CREATE INDEX "watchlists_user" ON "watchlists" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "refresh_callers_user" ON "refresh_callers" USING btree ("user_id","joined_at");--> statement-breakpoint
CREATE INDEX "refresh_items_waiting" ON "refresh_items" USING btree ("subject","data") WHERE "refresh_items"."state" = 'waiting';--> statement-breakpoint
CREATE UNIQUE INDEX "refreshes_waiting" ON "refreshes" USING btree ("identity") WHERE "refreshes"."status" = 'queued';--> statement-breakpoint
CREATE INDEX "refreshes_open" ON "refreshes" USING btree ("status","accepted_at") WHERE "refreshes"."status" in ('queued','in_progress');--> statement-breakpoint
CREATE INDEX "refreshes_of_user" ON "refreshes" USING btree ("user_id","accepted_at");--> statement-breakpoint
CREATE INDEX "refreshes_accepted" ON "refreshes" USING btree ("accepted_at","id");--> statement-breakpoint
CREATE INDEX "wants_next" ON "wants" USING btree ("lane","rank","turn") WHERE "wants"."call_id" is null;--> statement-breakpoint
CREATE INDEX "wants_oldest" ON "wants" USING btree ("lane","since") WHERE "wants"."call_id" is null;--> statement-breakpoint
CREATE INDEX "wants_claimed" ON "wants" USING btree ("call_id") WHERE "wants"."call_id" is not null;--> statement-breakpoint
CREATE INDEX "wants_owner" ON "wants" USING btree ("lane","owner","turn");--> statement-breakpoint
-- Written by the thousand; compressing them takes longer than writing them.
ALTER TABLE "portfolio_snapshots" ALTER COLUMN "valuation" SET STORAGE EXTERNAL;--> statement-breakpoint
ALTER TABLE "portfolio_series" ALTER COLUMN "sessions" SET STORAGE EXTERNAL;--> statement-breakpoint
ALTER TABLE "portfolio_series" ALTER COLUMN "values" SET STORAGE EXTERNAL;--> statement-breakpoint
ALTER TABLE "portfolio_series" ALTER COLUMN "flows" SET STORAGE EXTERNAL;--> statement-breakpoint
ALTER TABLE "portfolio_series" ALTER COLUMN "growth" SET STORAGE EXTERNAL;