import type { Asker as ProviderDoor } from '@freshet/providers';
import { createPool, type Pool, type QuoteRow, storeQuotes, withTx } from '@freshet/store';
import { faultyProxy, quoteToStore, withDatabase } from '@freshet/testing';
import { createAskerPort } from './asker.ts';

const { pool, url } = await withDatabase();

const nobody = {} as ProviderDoor;
const rateNow = async () => (await createAskerPort(nobody, pool).usdtRates())?.now ?? null;

function tether(price: string, quality: QuoteRow['quality'], minute: number): Promise<unknown> {
  const at = new Date(Date.UTC(2026, 2, 4, 16, minute));
  const row = quoteToStore('USDT-USD', price, { source: 'coingecko', quality, fetchedAt: at });
  return withTx(pool, (client) => storeQuotes(client, [row]));
}

test('coins are converted by the last rate that was above suspicion, and by none while there is none', async () => {
  expect(await rateNow()).toBeNull();
  await tether('0.5', 'suspect', 0);
  expect(await rateNow()).toBeNull();
  await tether('0.9991', 'good', 1);
  expect(await rateNow()).toBe('0.9991');
  await tether('0.61', 'suspect', 2);
  expect(await rateNow()).toBe('0.9991');
});

test('a rate is read again after five seconds, and the closes of past sessions after ten minutes', async () => {
  let nowMs = 0;
  const asked: string[] = [];
  const counting = {
    query: (ask: { name: string }) => {
      asked.push(ask.name);
      return pool.query(ask as never);
    },
  } as unknown as Pool;
  const port = createAskerPort(nobody, counting, () => nowMs);
  const readsAt = async (ms: number) => {
    nowMs = ms;
    expect((await port.usdtRates())?.now).toBe('0.9991');
    return asked.splice(0).toSorted();
  };
  expect(await readsAt(0)).toEqual(['closes-by-session', 'good-price']);
  expect(await readsAt(5_000)).toEqual([]);
  expect(await readsAt(5_001)).toEqual(['good-price']);
  for (let ms = 60_000; ms < 600_000; ms += 60_000) expect(await readsAt(ms)).toEqual(['good-price']);
  expect(await readsAt(600_001)).toEqual(['closes-by-session', 'good-price']);
  expect(await readsAt(660_001)).toEqual(['good-price']);
});

test('an answer that is to be converted while Postgres is away waits for the rate', async () => {
  await tether('0.9993', 'good', 3);
  const line = await faultyProxy({ target: url });
  let met = () => {};
  const away = new Promise<void>((resolve) => {
    met = resolve;
  });
  const behind = createPool({ url: line.url });
  const query = behind.query.bind(behind) as (...of: unknown[]) => Promise<unknown>;
  behind.query = ((...of: unknown[]) => {
    const asked = query(...of);
    asked.catch(() => met());
    return asked;
  }) as typeof behind.query;
  try {
    await line.refuse();
    const rates = createAskerPort(nobody, behind).usdtRates();
    await Promise.race([away, rates]);
    line.pass();
    expect((await rates)?.now).toBe('0.9993');
  } finally {
    await behind.end();
    await line.close();
  }
});

type Reply = Awaited<ReturnType<ProviderDoor['take']>>;

/** A door that refuses with this, and how often it was asked. */
async function refusedBy(refusal: object): Promise<{ forMs: number }> {
  const reply = { granted: false, retryInMs: 500, because: 'so', ...refusal } as unknown as Reply;
  const port = createAskerPort({ take: async () => reply } as unknown as ProviderDoor, pool);
  await port.take('yahoo', { cost: 1, atLeast: 1, rank: 20 });
  expect(port.refusedForMs('fmp')).toBe(0);
  return { forMs: port.refusedForMs('yahoo') };
}

test.each<[string, object, boolean]>([
  ['a full window', { kind: 'quota_spent' }, true],
  ['a park', { kind: 'rate_limited', parkedFor: 'HTTP 429' }, true],
  ['what is reserved for other classes', { kind: 'quota_spent', byShare: true }, false],
  ['a breaker', { kind: 'unavailable' }, false],
  ['a window that is full for long', { kind: 'quota_spent', retryInMs: 5_000 }, false],
])('%s is known to the other jobs of the lane, or each asks for itself', async (_, refusal, isKnown) => {
  const { forMs } = await refusedBy(refusal);
  expect([forMs > 0, forMs <= 500]).toEqual([isKnown, true]);
});

test('a grant refuses nobody', async () => {
  expect(await refusedBy({ granted: true, kind: 'quota_spent' })).toEqual({ forMs: 0 });
});

test('an answer is sorted by symbol: all sessions of each, and the first of several errors', async () => {
  const bar = (symbol: string, session: string) => ({ symbol, session });
  const error = (symbol: string | null, detail: string) => ({ symbol, kind: 'no_data', retryAfterMs: null, detail });
  const came = {
    receivedAt: new Date(0),
    calls: 2,
    quotes: [{ symbol: 'AAPL', price: '10' }],
    bars: [bar('KO', '2026-11-18'), bar('AAPL', '2026-11-18'), bar('KO', '2026-11-19')],
    earnings: [{ symbol: 'AAPL', date: '2026-11-30' }],
    errors: [error('MSFT', 'first'), error('MSFT', 'second'), error(null, 'all')],
  };
  const asked: object[] = [];
  const door = { ask: async (...what: object[]) => (asked.push(what), came) } as unknown as ProviderDoor;
  const grant = { provider: 'yahoo' } as Parameters<ProviderDoor['ask']>[2]['grant'];
  const signal = new AbortController().signal;
  const answer = await createAskerPort(door, pool).ask(grant as never, {
    ...{ data: 'bars', symbols: ['KO'], from: '2026-11-18', rank: 20, signal, brief: true },
  });
  expect(asked).toEqual([
    ['yahoo', { data: 'bars', symbols: ['KO'], from: '2026-11-18' }, { grant, rank: 20, signal, brief: true }],
  ]);
  expect([...answer.bars].map(([symbol, bars]) => [symbol, bars.length])).toEqual([
    ['KO', 2],
    ['AAPL', 1],
  ]);
  expect([answer.calls, answer.quotes.get('AAPL')?.price, answer.earnings.get('AAPL')?.date]).toEqual([
    ...[2, '10', '2026-11-30'],
  ]);
  expect([answer.errors.get('MSFT')?.detail, answer.errors.get(null)?.detail]).toEqual(['first', 'all']);
});
