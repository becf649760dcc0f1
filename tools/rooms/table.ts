/** Which room may import which. A room is a workspace; `any` is for the rooms that test or measure the others. */
export const ROOMS: Readonly<Record<string, readonly string[] | 'any'>> = {
  'packages/market': [],
  'packages/runtime': [],
  'packages/calendar': ['packages/market'],
  'packages/finance': ['packages/market', 'packages/calendar'],
  'packages/contracts': ['packages/market'],
  'packages/refresh': ['packages/market', 'packages/calendar', 'packages/finance', 'packages/contracts'],
  'packages/providers': ['packages/market', 'packages/contracts', 'packages/runtime'],
  'packages/store': ['packages/market', 'packages/contracts', 'packages/runtime', 'drizzle'],
  'packages/queue': ['packages/contracts', 'packages/market', 'packages/runtime'],
  'packages/events': ['packages/contracts', 'packages/market', 'packages/runtime'],
  'packages/cache': ['packages/contracts', 'packages/market', 'packages/runtime'],
  'packages/client': ['packages/contracts'],
  'packages/embedded': ['packages/runtime'],
  'packages/testing': 'any',
  drizzle: [],
  'apps/api': [
    'packages/market',
    'packages/calendar',
    'packages/contracts',
    'packages/refresh',
    'packages/store',
    'packages/queue',
    'packages/events',
    'packages/cache',
    'packages/runtime',
  ],
  'apps/worker': [
    'packages/market',
    'packages/calendar',
    'packages/finance',
    'packages/contracts',
    'packages/refresh',
    'packages/providers',
    'packages/store',
    'packages/queue',
    'packages/events',
    'packages/cache',
    'packages/runtime',
  ],
  'apps/scheduler': [
    'packages/market',
    'packages/calendar',
    'packages/contracts',
    'packages/refresh',
    'packages/store',
    'packages/queue',
    'packages/events',
    'packages/runtime',
  ],
  'apps/cli': [
    'packages/client',
    'packages/contracts',
    'packages/embedded',
    'packages/runtime',
    'packages/market',
    'packages/calendar',
    'packages/finance',
    'packages/providers',
    'packages/store',
  ],
  'apps/dashboard': ['packages/client', 'packages/contracts'],
  'apps/simulator': ['packages/market', 'packages/calendar', 'packages/providers', 'packages/runtime'],
  tests: 'any',
  bench: 'any',
  tools: 'any',
};

/** Libraries that have one home. A name ending in `/` stands for all packages of that scope. */
export const HOMES: Readonly<Record<string, readonly string[]>> = {
  bullmq: ['packages/queue'],
  'bullmq-otel': ['packages/queue'],
  '@bull-board/': ['packages/queue'],
  'drizzle-orm': ['packages/store', 'drizzle'],
  'drizzle-kit': ['drizzle'],
  pg: ['packages/store', 'drizzle'],
  express: ['apps/api', 'apps/simulator'],
  got: ['packages/providers'],
  bottleneck: ['packages/providers'],
  'p-retry': ['packages/providers', 'packages/store'],
  cheerio: ['packages/providers'],
  undici: ['packages/events'],
  ioredis: ['packages/runtime', 'packages/queue', 'packages/events', 'packages/cache', 'packages/providers'],
  pino: ['packages/runtime'],
  'prom-client': ['packages/runtime'],
  '@opentelemetry/': ['packages/runtime'],
  'temporal-polyfill': ['packages/calendar'],
  commander: ['apps/cli', 'apps/simulator'],
};

/** Where `process.env` may stand: one reader, and jest's setup, which tells its workers where the servers are. */
export const READS_ENVIRONMENT: readonly string[] = [
  'packages/runtime/src/environment.ts',
  'packages/testing/src/jest/global-setup.ts',
];

/** Stories and what they run: they may use every room, every library and the environment. */
export function isTest(path: string): boolean {
  return /\.(test|fixture)\.tsx?$/.test(path);
}

/** The room that a file belongs to. */
export function roomOf(path: string): string | undefined {
  return Object.keys(ROOMS).find((room) => path.startsWith(`${room}/`));
}
