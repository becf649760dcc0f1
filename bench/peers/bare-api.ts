import { Queue } from 'bullmq';
import express from 'express';
import { Redis } from 'ioredis';
import pg from 'pg';

/**
 * What anyone would write in ten minutes: Express, one insert, one `queue.add`; Express, one Redis read. Run as its own
 * process, as the API is: `node bench/peers/bare-api.ts DATABASE_URL REDIS_URL`.
 */
const [databaseUrl, redisUrl] = process.argv.slice(2) as [string, string];
const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
await pool.query(`create table if not exists bare_refreshes (id text primary key, kind text not null, symbols text[],
  status text not null default 'queued', accepted_at timestamptz not null default now())`);
const redis = new Redis(redisUrl);
const queue = new Queue('bare', { connection: new Redis(redisUrl, { maxRetriesPerRequest: null }) });
const status = JSON.stringify({
  status: 'success',
  refresh_id: 'ref_bare',
  timestamp: new Date().toISOString(),
  duration_ms: 5234,
  items_updated: { prices: 12, portfolios: 1, metrics: 24 },
});
await redis.set('bare:status', status);

const app = express();
app.disable('x-powered-by');
app.post('/refresh', express.json(), async (request, response) => {
  const id = `ref_${crypto.randomUUID()}`;
  await pool.query('insert into bare_refreshes (id, kind, symbols) values ($1, $2, $3)', [
    id,
    'prices',
    request.body.symbols,
  ]);
  await queue.add('refresh', { id }, { jobId: id, priority: 10, removeOnComplete: true });
  response.status(202).json({ status: 'queued', refresh_id: id });
});
app.get('/refresh', async (_request, response) => {
  response.json(JSON.parse((await redis.get('bare:status')) ?? '{}'));
});
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(
    `{"ready":true,"name":"bare","port":${typeof address === 'object' && address ? address.port : 0}}\n`,
  );
});
process.on('SIGTERM', () => process.exit(0));
