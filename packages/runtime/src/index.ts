export { CONFIG_EXIT_CODE, ConfigError } from './config-error.ts';
export { type ProcessName, readConfig, secretsIn, type Variable } from './config.ts';
export {
  assertRedisDatabase,
  assertRedisPolicy,
  type Redis,
  redisProducer,
  redisSubscriber,
  redisWorker,
  whenReady,
} from './connections.ts';
export { envExample } from './env-example.ts';
export { cacheDirectory, type Environment, environment, findOnPath } from './environment.ts';
export {
  cantListen,
  type Check,
  createReadiness,
  type Readiness,
  type ReadinessReport,
  serveHealth,
} from './health.ts';
export { type LimitWindow, parseLimits } from './limits.ts';
export { createLogger, logAlso, type Logger, type LoggerOptions, logWith } from './logger.ts';
export { createMetrics, type Metrics, type MetricSpec } from './metrics.ts';
export { NODE_ENVIRONMENT, NODE_FLAGS } from './node-flags.ts';
export {
  allProviderVariables,
  PROVIDER_PREFIXES,
  type ProviderConfig,
  providerConfigs,
  type ProviderPrefix,
} from './provider-variables.ts';
export { parseDuration, parseRate, type Rate } from './rate.ts';
export { redact, REDACTED } from './redaction.ts';
export { parseRedisUrl } from './redis-url.ts';
export { type ProcessContext, RESTART_EXIT_CODE, runProcess, type RunningProcess } from './run-process.ts';
export {
  currentTrace,
  endSpan,
  isTracing,
  linkTrace,
  spanWithin,
  startTracing,
  type TraceParent,
  withSpan,
} from './tracing.ts';
export { createTrouble, type Trouble, troubleOf } from './trouble.ts';
export { catalogue, variables, variablesOf } from './variables.ts';
export { patiently, unlessStopped } from './patience.ts';
