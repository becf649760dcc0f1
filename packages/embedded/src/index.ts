export { DataDirectoryInUse, lockDataDirectory } from './data-lock.ts';
export { freePort } from './free-port.ts';
export { type GuardedProcess, spawnGuarded } from './guarded-process.ts';
export { startPostgres, type PostgresOptions } from './postgres.ts';
export { startRedis, type RedisOptions } from './redis.ts';
export { redisProgram } from './redis-program.ts';
export type { EmbeddedServer } from './server.ts';
export { endWithUs } from './watchdog.ts';
