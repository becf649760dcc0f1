import { createRequire } from 'node:module';

/**
 * drizzle-orm is loaded here, with `require`. Imported as an ES module it costs each process 225 MB and 300 ms on Node
 * 24, because its package.json of 180 kB is parsed again at every resolution; required, it costs 68 MB and 61 ms.
 */
const load = createRequire(import.meta.url);

export const { sql, eq, and, or, desc, asc, gt, gte, lt, lte, inArray, isNull, isNotNull, ne } = load(
  'drizzle-orm',
) as typeof import('drizzle-orm');

export const pg = load('drizzle-orm/pg-core') as typeof import('drizzle-orm/pg-core');

export const { drizzle } = load('drizzle-orm/node-postgres') as typeof import('drizzle-orm/node-postgres');
export const { migrate } = load(
  'drizzle-orm/node-postgres/migrator',
) as typeof import('drizzle-orm/node-postgres/migrator');
