import { startPostgres, startRedis } from './index.ts';

/** Starts both servers under the directory given, says where they are, and waits to be killed. */
const directory = process.argv[2] ?? '';
const [postgres, redis] = await Promise.all([
  startPostgres({ dataDir: `${directory}/postgres`, settings: { fsync: 'off' } }),
  startRedis({ dataDir: `${directory}/redis` }),
]);
const line = { ready: true, postgres: [postgres.pid, postgres.url], redis: [redis.pid, redis.url] };
process.stdout.write(`${JSON.stringify(line)}\n`);
setInterval(() => {}, 60_000);
