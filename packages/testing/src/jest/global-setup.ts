import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, startRedis } from '@freshet/embedded';
import { FAST_POSTGRES } from '../fast-postgres.ts';
import { SHARED } from '../shared-servers.ts';

/** One PostgreSQL and one Redis for the whole run. */
export default async function startSharedServers(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'freshet-test-'));
  // Some tests count what was read of a table, and a vacuum that comes by reads too.
  const settings = { ...FAST_POSTGRES, synchronous_commit: 'off', max_connections: '300', autovacuum: 'off' };
  const [postgres, redis] = await Promise.all([
    startPostgres({ dataDir: join(directory, 'postgres'), settings }),
    startRedis({ dataDir: join(directory, 'redis'), settings: { appendonly: 'no' } }),
  ]);
  process.env[SHARED.postgres] = postgres.url;
  process.env[SHARED.redis] = redis.url;
  stopSharedServers = async () => {
    await Promise.all([postgres.stop(), redis.stop()]);
    await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
}

/** Set by the setup; the teardown runs in the same process. */
export let stopSharedServers: () => Promise<void> = async () => {};
