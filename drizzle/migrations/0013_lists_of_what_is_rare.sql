-- Ordered and divided by hand. Each statement commits by itself: an index that is built keeps writers of its table
-- waiting, and they hold locks on other tables meanwhile; with two tables locked at once, migration and writers could
-- deadlock. What was made before an interruption is there when it is run again.
ALTER TABLE "schedules" ALTER COLUMN "missed" SET DEFAULT 'run_once';--> statement-breakpoint
COMMIT;--> statement-breakpoint
BEGIN;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "refreshes_newest" ON "refreshes" USING btree ("accepted_at","id","kind","status");--> statement-breakpoint
COMMIT;--> statement-breakpoint
BEGIN;--> statement-breakpoint
DROP INDEX IF EXISTS "refreshes_accepted";--> statement-breakpoint
COMMIT;--> statement-breakpoint
BEGIN;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "refresh_items_failed" ON "refresh_items" USING btree ("refresh_id","data","subject") WHERE "refresh_items"."state" = 'failed';--> statement-breakpoint
COMMIT;--> statement-breakpoint
BEGIN;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "audit_log_action" ON "audit_log" USING btree ("action","at");--> statement-breakpoint
COMMIT;--> statement-breakpoint
BEGIN;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "webhook_deliveries_failed" ON "webhook_deliveries" USING btree ("created_at","id") WHERE "webhook_deliveries"."state" = 'failed';--> statement-breakpoint
COMMIT;--> statement-breakpoint
BEGIN;--> statement-breakpoint
DROP INDEX IF EXISTS "assets_sector";
