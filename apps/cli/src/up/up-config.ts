import { readConfig, variables, variablesOf } from '@freshet/runtime';

/** Servers of the environment's own, used instead of the built-in ones. */
export interface GivenServers {
  databaseUrl?: string;
  redisUrl?: string;
  redisPrefix: string;
}

/**
 * Reads what `freshet up` and everything that it starts will read, so that all that is wrong is named before anything is
 * started, not by the third process when two servers run.
 * @throws ConfigError naming every problem at once
 */
export function readUpConfig(): GivenServers & { port: number } {
  const { DATABASE_URL, REDIS_URL, REDIS_PREFIX, PORT } = readConfig({
    ...variablesOf('up', 'api', 'worker', 'scheduler', 'simulator'),
    DATABASE_URL: { ...variables.DATABASE_URL, required: false },
    REDIS_URL: { ...variables.REDIS_URL, required: false },
    REDIS_PREFIX: variables.REDIS_PREFIX,
    PORT: variables.PORT,
  });
  return { databaseUrl: DATABASE_URL, redisUrl: REDIS_URL, redisPrefix: REDIS_PREFIX, port: PORT };
}
