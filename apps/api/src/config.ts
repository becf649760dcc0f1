import { variables } from '@freshet/runtime';

/** The environment variables of the api. */
export const configuration = {
  databaseUrl: variables.DATABASE_URL,
  redisUrl: variables.REDIS_URL,
  prefix: variables.REDIS_PREFIX,
  port: variables.PORT,
  host: variables.HOST,
  publicUrl: variables.PUBLIC_URL,
  trustProxy: variables.TRUST_PROXY,
  allowPrivateWebhooks: variables.ALLOW_PRIVATE_WEBHOOKS,
  maxQueued: variables.MAX_QUEUED_REFRESHES,
  limitAdmin: variables.LIMIT_ADMIN,
  limitSupport: variables.LIMIT_SUPPORT,
  limitUser: variables.LIMIT_USER,
  limitBurst: variables.LIMIT_BURST,
  limitCooldownMs: variables.LIMIT_USER_COOLDOWN,
};
