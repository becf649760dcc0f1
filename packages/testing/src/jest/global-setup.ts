import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, startRedis } from '@freshet/embedded';
import { migrate } from '@freshet/store';
import pg from 'pg';
import { FAST_POSTGRES } from '../own-server.ts';
import { SHARED } from '../shared-servers.ts';

const TEMPLATE = 'freshet_template';

/** One PostgreSQL and one Redis for the whole run, and a database with all migrations to clone from. */
export default async function startSharedServers(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'freshet-test-'));
  const [postgres, redis] = await Promise.all([
    startPostgres({
      dataDir: join(directory, 'postgres'),
      settings: { ...FAST_POSTGRES, synchronous_commit: 'off', max_connections: '300' },
    }),
    startRedis({ dataDir: join(directory, 'redis'), settings: { appendonly: 'no' } }),
  ]);
  const template = new URL(postgres.url);
  template.pathname = `/${TEMPLATE}`;
  const admin = new pg.Client({ connectionString: postgres.url });
  await admin.connect();
  await admin.query(`create database ${TEMPLATE}`);
  await migrate(template.href);
  // Nobody may connect to it any more, or cloning would fail.
  await admin.query(`alter database ${TEMPLATE} allow_connections false`);
  await admin.end();

  process.env[SHARED.postgres] = postgres.url;
  process.env[SHARED.redis] = redis.url;
  process.env[SHARED.template] = TEMPLATE;
  stopSharedServers = async () => {
    await Promise.all([postgres.stop(), redis.stop()]);
    await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
}

/** Set by the setup; the teardown runs in the same process. */
export let stopSharedServers: () => Promise<void> = async () => {};
