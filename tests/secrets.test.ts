import { operations } from '@freshet/contracts/api';
import { Redis } from 'ioredis';
import pg from 'pg';
import { postRefresh, stopSchedules, untilEnd } from './client.ts';
import { startSystem, type System } from './system.ts';

/** Keys of providers go to the providers, and nowhere else; ours are kept nowhere at all. */
const PREFIXES = ['FINNHUB', 'ALPHA_VANTAGE', 'FMP', 'TWELVE_DATA', 'COINGECKO', 'CRYPTOCOMPARE', 'POLYGON'];
const canary = (prefix: string) => `canary/${prefix.toLowerCase()}+5f3c9b`;
/** As they are, and as they stand in an address. */
const SECRETS = PREFIXES.map(canary).flatMap((key) => [key, encodeURIComponent(key)]);
/** How calls end badly, each with an error of its own; last what turns a provider off. */
const FAULTS = ['reset-mid-body', 'html', 'hang-up', 'outage', 'schema-change', 'key-rejected'];

let system: System;
beforeAll(async () => {
  system = await startSystem({
    workers: 1,
    durable: false,
    simulator: ['--no-limits'],
    env: { LOG_LEVEL: 'debug', ...Object.fromEntries(PREFIXES.map((each) => [`${each}_API_KEY`, canary(each)])) },
  });
}, 180_000);
afterAll(() => system?.stop(), 60_000);

test('whatever goes wrong with a call, no key is in logs, jobs, records, answers or metrics', async () => {
  const simulator = (method: string, path: string, body?: object) =>
    fetch(`${system.simulator}/_simulator${path}`, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
  await stopSchedules(system);
  for (const [i, fault] of FAULTS.entries()) {
    await simulator('POST', '/faults', { fault });
    const symbols = [
      ['AAPL', 'MSFT', 'KO', 'PEP', 'JNJ', 'PG'][i] ?? '',
      ['BTC-USD', 'ETH-USD', 'SOL-USD'][i % 3] ?? '',
    ];
    const { refresh_id } = await postRefresh(system, '/api/v1/manual/refresh/prices', {
      ...{ symbols, max_age_s: 0, deadline_s: 8 },
    });
    await untilEnd(system, refresh_id, { everyMs: 100 });
    await simulator('DELETE', '/faults');
  }
  // The keys did go out: else there would be nothing to leak.
  const { data } = (await (await simulator('GET', '/calls')).json()) as { data: { provider: string }[] };
  expect(new Set(data.map(({ provider }) => provider)).size).toBeGreaterThan(4);

  const places = {
    'the worker’s log': system.workers.map((worker) => worker.stderr() + worker.stdout()).join(),
    'the api’s log': system.apiProcess.stderr() + system.apiProcess.stdout(),
    Postgres: await everythingInPostgres(),
    Redis: await everythingInRedis(),
    'what the api answers': await everythingToRead(),
  };
  for (const [place, text] of Object.entries(places)) {
    expect([place, text.length > 1_000]).toEqual([place, true]);
    for (const secret of [...SECRETS, ...Object.values(system.keys), 'crumb=']) {
      expect([place, secret, text.includes(secret)]).toEqual([place, secret, false]);
    }
  }
}, 150_000);

async function everythingInPostgres(): Promise<string> {
  const db = new pg.Client({ connectionString: system.databaseUrl });
  await db.connect();
  try {
    const { rows } = await db.query<{ name: string }>(
      `select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public'`,
    );
    let text = '';
    for (const { name } of rows) text += (await db.query(`select json_agg(t)::text as all from ${name} t`)).rows[0].all;
    return text;
  } finally {
    await db.end();
  }
}

async function everythingInRedis(): Promise<string> {
  const redis = new Redis(system.redisUrl);
  const reads: Record<string, (key: string) => Promise<unknown>> = {
    string: (key) => redis.get(key),
    hash: (key) => redis.hgetall(key),
    list: (key) => redis.lrange(key, 0, -1),
    set: (key) => redis.smembers(key),
    zset: (key) => redis.zrange(key, '0', '-1'),
    stream: (key) => redis.xrange(key, '-', '+'),
  };
  try {
    const keys = await redis.keys('*');
    const values = keys.map(async (key) => [key, await reads[await redis.type(key)]?.(key)]);
    return JSON.stringify(await Promise.all(values));
  } finally {
    redis.disconnect();
  }
}

/** All lists and the board, as an admin sees them, and the metrics of the worker. */
async function everythingToRead(): Promise<string> {
  const headers = { authorization: `Bearer ${system.keys.admin}` };
  const lists = Object.entries(operations).filter(
    ([key, operation]) => key.startsWith('GET') && !key.includes('{') && !('media' in operation),
  );
  const paths = [
    ...lists.map(([key]) => key.slice(4)).map((path) => (path.endsWith('/latest') ? `${path}?symbols=AAPL` : path)),
    ...['AAPL', 'BTC-USD'].map((symbol) => `/api/v1/market-data/explain/${symbol}`),
    ...['fetch-finnhub', 'fetch-yahoo'].map((queue) => `/admin/queues/api/queues?activeQueue=${queue}&status=failed`),
  ];
  const urls = paths.map((path) => system.api + path);
  for (const worker of system.workers) urls.push(`http://127.0.0.1:${(await worker.ready).health_port}/metrics`);
  const texts = urls.map(async (url) => {
    const response = await fetch(url, { headers });
    if (!response.ok) throw new Error(`${url} answered ${response.status}: nothing is read of what it would tell`);
    return response.text();
  });
  return (await Promise.all(texts)).join('\n');
}
