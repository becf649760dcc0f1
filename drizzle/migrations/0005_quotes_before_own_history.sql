DROP INDEX "wants_owner";--> statement-breakpoint
CREATE INDEX "wants_owner" ON "wants" USING btree ("lane","owner","data","turn");