import { variables } from '@freshet/runtime';

/** The scheduler's environment. */
export const configuration = {
  databaseUrl: variables.DATABASE_URL,
  redisUrl: variables.REDIS_URL,
  prefix: variables.REDIS_PREFIX,
  seriesDays: variables.RETENTION_DAYS,
  auditDays: variables.AUDIT_RETENTION_DAYS,
};
