import { allProviderVariables, variables } from '@freshet/runtime';

/** The worker's environment; the providers' variables follow one pattern. */
export const configuration = {
  databaseUrl: variables.DATABASE_URL,
  redisUrl: variables.REDIS_URL,
  prefix: variables.REDIS_PREFIX,
  queues: variables.WORKER_QUEUES,
  threads: variables.WORKER_THREADS,
  allowPrivateWebhooks: variables.ALLOW_PRIVATE_WEBHOOKS,
};

export { allProviderVariables as providerConfiguration };
