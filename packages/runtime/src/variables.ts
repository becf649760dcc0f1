import type { ProcessName, Variable } from './config.ts';
import { allProviderVariables } from './provider-variables.ts';
import { is } from './variable.ts';

const serving = ['api', 'worker', 'scheduler'] as const;
const all = ['api', 'worker', 'scheduler', 'simulator'] as const;

/** Every variable of Freshet but the providers' own, which follow one pattern (`provider-variables.ts`). */
export const variables = {
  DATABASE_URL: is.databaseUrl('DATABASE_URL', {
    required: true,
    readBy: [...serving, 'migrate', 'up'],
    doc: 'PostgreSQL 15 or newer. `freshet up` starts its own when this is not set.',
  }),
  REDIS_URL: is.redisUrl('REDIS_URL', {
    required: true,
    readBy: [...serving, 'up'],
    doc: 'Redis 7 or Valkey, with maxmemory-policy noeviction. `freshet up` starts its own when this is not set.',
  }),
  REDIS_PREFIX: is.text('REDIS_PREFIX', {
    default: '{freshet}',
    readBy: serving,
    doc: 'Before every key in Redis; its braces keep an installation on one node of a cluster.',
  }),
  PORT: is.port('PORT', {
    default: '8080',
    readBy: ['api', 'up'],
    doc: 'The port of the API; `--port` of `freshet up` wins over it.',
  }),
  HOST: is.text('HOST', {
    default: '127.0.0.1',
    readBy: ['api'],
    doc: 'The address that the API listens on; 0.0.0.0 in a container. `freshet up` always takes loopback.',
  }),
  HEALTH_PORT: is.port('HEALTH_PORT', {
    default: '0',
    readBy: all,
    doc: 'The port of /livez, /readyz and /metrics of this process; 0: a free one, which it prints. `freshet up` gives each a free one.',
  }),
  HEALTH_HOST: is.text('HEALTH_HOST', {
    default: '127.0.0.1',
    readBy: all,
    doc: 'The address of the health port. Metrics are open to whoever reaches it.',
  }),
  LOG_LEVEL: is.oneOf(
    'fatal',
    'error',
    'warn',
    'info',
    'debug',
    'trace',
    'silent',
  )('LOG_LEVEL', {
    default: 'info',
    readBy: all,
    doc: 'What is logged, as JSON lines on stderr.',
  }),
  DRAIN_TIMEOUT: is.timeoutMs('DRAIN_TIMEOUT', {
    default: '25s',
    readBy: all,
    doc: 'How long a process may finish its work after SIGTERM before it is ended.',
  }),
  DRAIN_DELAY: is.timeoutMs('DRAIN_DELAY', {
    default: '0s',
    readBy: all,
    doc: 'How long /readyz says 503 before connections are closed: what your load balancer needs to notice (5s behind most).',
  }),
  FRESHET_READY_LINE: is.flag('FRESHET_READY_LINE', {
    default: 'false',
    readBy: all,
    doc: 'Print one JSON line on stdout when ready, for a supervisor.',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: is.httpUrl('OTEL_EXPORTER_OTLP_ENDPOINT', {
    readBy: all,
    doc: 'Where OpenTelemetry traces go; tracing is off without it.',
  }),
  LIMIT_ADMIN: is.rate('LIMIT_ADMIN', {
    default: '100/h',
    readBy: ['api'],
    doc: 'Refreshes that an admin key may create.',
  }),
  LIMIT_SUPPORT: is.rate('LIMIT_SUPPORT', {
    default: '30/h',
    readBy: ['api'],
    doc: 'Refreshes that a support key may create.',
  }),
  LIMIT_USER: is.rate('LIMIT_USER', { default: '10/h', readBy: ['api'], doc: 'Refreshes that a user may create.' }),
  LIMIT_USER_COOLDOWN: is.durationMs('LIMIT_USER_COOLDOWN', {
    default: '60s',
    readBy: ['api'],
    doc: 'The least time between two refreshes of the same scope by one user.',
  }),
  LIMIT_BURST: is.rate('LIMIT_BURST', {
    default: '5/10s',
    readBy: ['api'],
    doc: 'Refreshes that one user may create in a burst.',
  }),
  MAX_QUEUED_REFRESHES: is.count('MAX_QUEUED_REFRESHES', {
    default: '100000',
    readBy: ['api'],
    doc: 'With so many refreshes waiting, further ones are refused with 503 queue_full.',
  }),
  TRUST_PROXY: is.proxies('TRUST_PROXY', {
    readBy: ['api'],
    doc: 'How many proxies stand before the API (1), or their networks (10.0.0.0/8): whose X-Forwarded-For, -Proto and -Host are believed.',
  }),
  PUBLIC_URL: is.httpUrl('PUBLIC_URL', {
    readBy: ['api'],
    doc: 'The address of the API as its users see it, for links.',
  }),
  ALLOW_PRIVATE_WEBHOOKS: is.flag('ALLOW_PRIVATE_WEBHOOKS', {
    default: 'false',
    readBy: ['api', 'worker'],
    doc: 'true lets webhooks go to http and to private addresses: for trying things out on one machine only.',
  }),
  WORKER_QUEUES: is.queues('WORKER_QUEUES', {
    default: 'all',
    readBy: ['worker'],
    doc: 'Which queues this worker works, such as lanes, or refresh,follow,deliver, or fetch-yahoo.',
  }),
  WORKER_THREADS: is.countOrZero('WORKER_THREADS', {
    default: '0',
    readBy: ['worker'],
    doc: 'Threads for calculations; 0: as many as the machine has cores, less one; at least 1, at most 4.',
  }),
  WORKER_MAX_MEMORY_MB: is.count('WORKER_MAX_MEMORY_MB', {
    readBy: ['worker'],
    doc: 'Above this resident memory a worker drains and exits with code 75, to be started again.',
  }),
  RETENTION_DAYS: is.count('RETENTION_DAYS', {
    default: '30',
    readBy: ['scheduler'],
    doc: 'For how many days the intraday series is kept; daily bars are kept for ever.',
  }),
  AUDIT_RETENTION_DAYS: is.countOrZero('AUDIT_RETENTION_DAYS', {
    default: '0',
    readBy: ['scheduler'],
    doc: 'For how many days the audit log is kept; 0: for ever. What portfolios had in cash stays for as long as they do.',
  }),
  FRESHET_URL: is.httpUrl('FRESHET_URL', {
    default: 'http://127.0.0.1:8080',
    readBy: ['client'],
    doc: 'The API that the command line speaks to.',
  }),
  FRESHET_API_KEY: is.secret('FRESHET_API_KEY', { readBy: ['client'], doc: 'The key that the command line uses.' }),
} as const;

/** All variables, in the order of `.env.example`. */
export function catalogue(): Variable[] {
  return [...Object.values(variables), ...Object.values(allProviderVariables)];
}

/** The variables that these processes read, by their own names, for `readConfig`. */
export function variablesOf(...processes: ProcessName[]): Record<string, Variable> {
  const read = catalogue().filter(({ readBy }) => readBy.some((name) => processes.includes(name)));
  return Object.fromEntries(read.map((variable) => [variable.name, variable]));
}
