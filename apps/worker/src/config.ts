import { laneQueue } from '@freshet/queue';
import { allProviderVariables, ConfigError, variables } from '@freshet/runtime';

/** The worker's environment, without the providers' variables, which follow one pattern. */
export const configuration = {
  databaseUrl: variables.DATABASE_URL,
  redisUrl: variables.REDIS_URL,
  prefix: variables.REDIS_PREFIX,
  queues: variables.WORKER_QUEUES,
  threads: variables.WORKER_THREADS,
  allowPrivateWebhooks: variables.ALLOW_PRIVATE_WEBHOOKS,
};

export { allProviderVariables as providerConfiguration };

/** @throws ConfigError for a lane without a provider: the worker would work a queue that is never rung, and miss the one that was meant */
export function assertQueues(queues: readonly string[], providers: readonly string[]): void {
  const lanes = providers.map((name): string => laneQueue(name));
  const unknown = queues.filter((queue) => queue.startsWith('fetch-') && !lanes.includes(queue));
  if (unknown.length > 0)
    throw new ConfigError([`WORKER_QUEUES names ${unknown.join(', ')}; there is ${lanes.toSorted().join(', ')}`]);
}
