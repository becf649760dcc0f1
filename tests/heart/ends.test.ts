import { endOverdue, endRefreshes } from '@freshet/store';
import { viewOf } from '@freshet/contracts';
import { all, type Called, itemsOf, recordOf, type Said, startHeart } from './heart.ts';

/** How refreshes end: once, with a reason, told to whoever waits for it; and what their results count. */
const COINS = ['BTC-USD', 'ETH-USD', 'SOL-USD'];

let answer: (called: Called) => Said | Promise<Said>;
const heart = await startHeart(() => [{ name: 'yahoo', batch: 20, answer: (called) => answer(called) }]);

beforeAll(async () => {
  await heart.pool.query(`insert into users (id, name) values ('usr_a', 'a'), ('usr_b', 'b')`);
  await heart.pool.query(
    `insert into webhook_endpoints (id, user_id, url, events, secret)
     values ('whk_a', 'usr_a', 'https://a.example', '{}', 's'), ('whk_b', 'usr_b', 'https://b.example', '{}', 's'),
       ('whk_c', 'usr_a', 'https://c.example', '{}', 's'), ('whk_d', 'usr_a', 'https://d.example', '{}', 's')`,
  );
});
beforeEach(async () => {
  await heart.clear();
  await heart.pool.query('delete from webhook_deliveries');
  answer = all('10');
});

async function told(id: string): Promise<string[]> {
  const { rows } = await heart.pool.query<{ event: string; endpoint: string }>(
    `select event, endpoint_id as endpoint from webhook_deliveries where payload ->> 'refresh_id' = $1 order by 2`,
    [id],
  );
  return rows.map(({ event, endpoint }) => `${endpoint} ${event}`);
}

async function finalEvents(id: string): Promise<number> {
  const { rows } = await heart.pool.query<{ n: number }>(
    `select count(*)::int as n from events where refresh_id = $1 and items -> 0 ->> 'status' not in ('queued', 'in_progress')`,
    [id],
  );
  return rows[0]?.n ?? 0;
}

const late = (id: string) =>
  heart.pool.query(`update refreshes set deadline_at = clock_timestamp() - interval '1 second' where id = $1`, [id]);

describe('callbacks', () => {
  const a = { role: 'user', userId: 'usr_a', callback: 'whk_a' } as const;
  const b = { role: 'user', userId: 'usr_b', callback: 'whk_b' } as const;

  test('success and partial are completed, and every caller of a shared refresh is told', async () => {
    const id = await heart.ask('prices', { symbols: COINS }, a);
    expect(await heart.ask('prices', { symbols: COINS }, b)).toBe(id);
    answer = (called) => ({ ...all('10')({ ...called, symbols: called.symbols.slice(1) }) });
    await heart.work();
    expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'partial' });
    expect(await told(id)).toEqual(['whk_a refresh.completed', 'whk_b refresh.completed']);
  });

  test('who asks again and again for the same, each time with another callback, is called back at each of them, once', async () => {
    const asking = ['whk_a', 'whk_b', 'whk_c', undefined, 'whk_b', 'whk_d', 'whk_c', 'whk_a'];
    const ids = new Set<string>();
    for (const callback of asking) ids.add(await heart.ask('prices', { symbols: COINS }, { ...a, callback }));
    await heart.work();
    expect(ids.size).toBe(1);
    expect(await told([...ids][0] ?? '')).toEqual(
      ['whk_a', 'whk_b', 'whk_c', 'whk_d'].map((endpoint) => `${endpoint} refresh.completed`),
    );
  });

  test('failed and timed out are failed', async () => {
    answer = () => ({ errors: new Map([[null, { kind: 'bad_key' as const }]]) });
    const failed = await heart.ask('prices', { symbols: COINS }, a);
    await heart.work();
    const overdue = await heart.ask('symbols', { symbols: COINS }, a);
    await late(overdue);
    await endOverdue(heart.pool);
    for (const id of [failed, overdue]) expect(await told(id)).toEqual(['whk_a refresh.failed']);
  });

  test('who cancels alone is told that it is cancelled', async () => {
    const id = await heart.ask('prices', { symbols: COINS }, a);
    await heart.cancel(id, 'usr_a');
    expect(await told(id)).toEqual(['whk_a refresh.cancelled']);
  });

  test('who leaves while others stay hears no more of it', async () => {
    const id = await heart.ask('prices', { symbols: COINS }, a);
    await heart.ask('prices', { symbols: COINS }, b);
    await heart.cancel(id, 'usr_a');
    await heart.work();
    expect(await told(id)).toEqual(['whk_b refresh.completed']);
  });

  test('an admin’s cancel is told to all', async () => {
    const id = await heart.ask('prices', { symbols: COINS }, a);
    await heart.ask('prices', { symbols: COINS }, b);
    await heart.cancel(id, 'usr_admin', true);
    expect(await told(id)).toEqual(['whk_a refresh.cancelled', 'whk_b refresh.cancelled']);
  });
});

test('past its deadline it is timed out: what came counts, the rest fails with who was asked and what is served instead', async () => {
  await heart.ask('prices', { symbols: ['ETH-USD'] });
  await heart.work();
  const id = await heart.ask('prices', { symbols: COINS, force_refresh: true });
  await heart.step('refresh');
  const [claim] = await heart.world.record.claim('yahoo', 'c', {
    data: 'quote',
    limit: 1,
    byAge: false,
    yields: false,
  });
  if (!claim) throw new Error('nothing was claimed');
  const { symbol, data, fence, refreshId } = claim;
  const because = { provider: 'yahoo', reason: 'unavailable' };
  await heart.world.record.land({
    ...{ callId: 'c', lane: 'yahoo', receivedAt: new Date(), calls: 1 },
    settlements: [{ symbol, data, fence, refreshId, outcome: 'passed_on', lane: 'finnhub', because }],
  });
  await late(id);
  await endOverdue(heart.pool);
  await endOverdue(heart.pool);
  const record = await recordOf(heart.pool, id);
  expect(record).toMatchObject({ status: 'timed_out', done: 3, failed: 3, open: 0, providerCalls: { yahoo: 1 } });
  expect(record.endReason).toContain('deadline');
  expect(record.failures).toMatchObject([
    { symbol: 'BTC-USD', kind: 'timed_out', chain: [because], served: null },
    { symbol: 'ETH-USD', kind: 'timed_out', chain: [], served: { source: 'yahoo' } },
    { symbol: 'SOL-USD', kind: 'timed_out', served: null },
  ]);
  expect(await finalEvents(id)).toBe(1);
  const view = viewOf(record);
  expect('failures' in view && view.failures[1]?.served).toMatchObject({ source: 'yahoo', age_s: expect.any(Number) });
});

test('an empty scope ends at once and says so', async () => {
  const id = await heart.ask('watchlist');
  await heart.work();
  expect(await recordOf(heart.pool, id)).toMatchObject({
    ...{ status: 'success', total: 0, endReason: 'there is nothing in its scope' },
  });
});

test('a price that is the very trade that is stored is nothing new: counted as fresh, and whoever wanted a later answer waits on', async () => {
  await heart.ask('prices', { symbols: ['BTC-USD'] });
  await heart.work();
  await heart.pool.query(`update latest_quotes set quote_time = clock_timestamp() + interval '1 second'`);
  const early = await heart.ask('prices', { symbols: ['BTC-USD'], force_refresh: true });
  await heart.step('refresh');
  const { land } = heart.world.record;
  let later = '';
  heart.world.record.land = async (landing) => {
    heart.world.record.land = land;
    await new Promise((resolve) => setTimeout(resolve, 5));
    later = await heart.ask('symbols', { symbols: ['BTC-USD'], force_refresh: true });
    await heart.step('refresh');
    return land(landing);
  };
  await heart.step('fetch-yahoo');
  expect(await recordOf(heart.pool, early)).toMatchObject({ status: 'success', prices: 0, skipped: { fresh: 1 } });
  expect(await itemsOf(heart.pool, later)).toMatchObject([{ state: 'waiting' }]);
  await heart.work();
  expect(await recordOf(heart.pool, later)).toMatchObject({ status: 'success', done: 1 });
});

test('a refresh that stands behind one that is ending at this moment waits for that end, and then runs', async () => {
  const first = await heart.ask('prices', { symbols: COINS });
  await heart.step('refresh');
  const client = await heart.pool.connect();
  try {
    await client.query('begin');
    // Its end is written and not yet committed, and there was nobody behind it to ring for.
    const [ended] = await endRefreshes(client, [first]);
    expect(ended?.next).toBeNull();
    const second = await heart.ask('prices', { symbols: COINS });
    const planned = heart.step('refresh');
    await new Promise((resolve) => setTimeout(resolve, 30));
    await client.query('commit');
    await planned;
    expect(await recordOf(heart.pool, second)).toMatchObject({ status: 'in_progress' });
  } finally {
    client.release();
  }
});
