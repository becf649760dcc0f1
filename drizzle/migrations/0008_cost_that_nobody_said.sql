-- What is 0 by now stays 0: whether it was given or its cost was left out, no row says.
ALTER TABLE "holding_changes" ALTER COLUMN "cost" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "holdings" ALTER COLUMN "cost" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "holdings" ALTER COLUMN "cost" DROP NOT NULL;