import type { Config } from 'drizzle-kit';

export default {
  dialect: 'postgresql',
  schema: './drizzle/schema/index.ts',
  out: './drizzle/migrations',
} satisfies Config;
