import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@freshet/testing';
import type { HttpAnswer } from './provider.ts';
import { accountOf, rank, SECRET, testAskers } from './ask/asker.fixture.ts';
import { answers, startToy, toyQuote } from './ask/toy.fixture.ts';
import { joined, providerError, reading } from './wire/reading.ts';

const { subject, clear, end } = testAskers();
afterEach(clear);
afterAll(end);

describe('a call', () => {
  test('brings what was asked for, with when it was received and how many calls it took', async () => {
    const { ask, toy, used } = await subject();
    const before = new Date();
    const asked = await ask('AAPL', 'NONE');
    expect(asked.quotes.map(({ symbol, price }) => [symbol, price])).toEqual([['AAPL', '1']]);
    expect(asked.errors).toEqual([{ symbol: 'NONE', kind: 'unknown_symbol', retryAfterMs: null, detail: 'unknown' }]);
    expect(asked.calls).toBe(1);
    expect(asked.receivedAt.getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect(toy.asked).toEqual([`/quote?symbols=AAPL,NONE&token=${SECRET}`]);
    expect(await used()).toBe(2);
  });

  test('brings nothing of symbols that nobody asked for, whatever the answer holds', async () => {
    const stray = { symbol: 'STRAY', date: '2026-04-30', when: 'unknown' } as const;
    const more = reading({ earnings: [stray], errors: [providerError('no_data', 'not asked', { symbol: 'STRAY' })] });
    const read: typeof toyQuote.read = (answer, ask) => joined([toyQuote.read(answer, ask), more]);
    const { ask, toy } = await subject({ serves: { quote: { ...toyQuote, read } } });
    toy.next(answers(200, { AAPL: '1', STRAY: '2' }));
    const { quotes, earnings, errors } = await ask('AAPL');
    expect([quotes.map(({ symbol }) => symbol), earnings, errors]).toEqual([['AAPL'], [], []]);
  });

  test('gives back what its grant has beyond its own cost', async () => {
    const { asker, take, toy, used } = await subject();
    await asker.ask('toy', { data: 'quote', symbols: ['AAPL'] }, { grant: await take(5), rank });
    expect(await used()).toBe(1);
    await eventually(async () => expect((await asker.health.read(accountOf(toy))).unitsPerMinute).toBe(1));
  });

  test('takes a larger grant when it costs more than its own', async () => {
    const { asker, take, used } = await subject();
    await asker.ask('toy', { data: 'quote', symbols: ['A', 'B', 'C'] }, { grant: await take(1), rank });
    expect(await used()).toBe(3);
  });

  test('tells the ledger what the provider says of its counters', async () => {
    const { ask, toy, used } = await subject();
    toy.next(answers(200, { AAPL: '1' }, { 'x-used': '17' }));
    await ask('AAPL');
    expect(await used()).toBe(17);
  });

  test('brings what was asked for though the ledger can not be told of it: the grant ends by time', async () => {
    const { ask, ledger } = await subject();
    ledger.settle = () => Promise.reject(new Error('Redis is away'));
    expect(await ask('AAPL')).toMatchObject({ quotes: [{ symbol: 'AAPL' }], errors: [] });
  });

  test('brings nothing that would undo the landing of a whole batch: half an emoji, a session that comes twice', async () => {
    const none = { open: null, high: null, low: null, volume: null };
    const bar = { ...none, symbol: 'AAPL', session: '2026-01-05', close: '1' };
    const odd = reading({ bars: [bar, bar], errors: [providerError('unavailable', '\ud83d\0', { symbol: 'MSFT' })] });
    const { ask } = await subject({ serves: { quote: { ...toyQuote, read: () => odd } } });
    const asked = await ask('AAPL', 'MSFT');
    expect(asked.bars).toEqual([bar]);
    expect(asked.errors).toMatchObject([{ symbol: 'MSFT', detail: '� ' }]);
  });

  test('that nobody waits for any more is not made, and its grant goes back', async () => {
    const { asker, take, toy, used } = await subject();
    const how = { grant: await take(), rank, signal: AbortSignal.abort() };
    const asked = await asker.ask('toy', { data: 'quote', symbols: ['AAPL'] }, how);
    expect(asked).toMatchObject({ calls: 0, errors: [{ symbol: null, kind: 'rate_limited' }] });
    expect(toy.asked).toEqual([]);
    expect(await used()).toBe(0);
  });

  test('that is given up while it waits for a place gives its grant back, and one that is out gives its place back', async () => {
    const { asker, take, toy, used } = await subject({ concurrency: 1 }, 40_000);
    toy.next(() => {});
    const quote = { data: 'quote' as const, symbols: ['A'] };
    const [grant, waiting] = [await take(), await take()];
    const [first, second] = [new AbortController(), new AbortController()];
    const out = asker.ask('toy', quote, { grant, rank, signal: first.signal });
    await eventually(() => expect(toy.asked).toHaveLength(1));
    const behind = asker.ask('toy', quote, { grant: waiting, rank, signal: second.signal });
    second.abort();
    await sleep(20);
    first.abort();
    expect(await out).toMatchObject({ quotes: [] });
    expect(await behind).toMatchObject({ calls: 0, errors: [{ kind: 'rate_limited' }] });
    await eventually(async () => expect(await used()).toBe(1));
    expect(await asker.ask('toy', quote, { grant: await take(), rank })).toMatchObject({ calls: 1, errors: [] });
  });

  test('is not made with a grant that was too old: a process that was stopped must not send late', async () => {
    const { asker, take, toy, used } = await subject();
    const grant = { ...(await take()), endsBy: performance.now() + 500 };
    const asked = await asker.ask('toy', { data: 'quote', symbols: ['AAPL'] }, { grant, rank });
    expect(asked.errors).toMatchObject([{ kind: 'rate_limited', detail: 'its grant was too old to be used' }]);
    expect(toy.asked).toEqual([]);
    expect(await used()).toBe(0);
  });

  test('for data that the provider does not serve is refused without a call', async () => {
    const { asker, take, used } = await subject();
    const asked = await asker.ask('toy', { data: 'bars', symbols: ['AAPL'] }, { grant: await take(), rank });
    expect(asked).toMatchObject({ calls: 0, errors: [{ kind: 'plan_forbids' }] });
    expect(await used()).toBe(0);
  });
});

test('symbols that are one market there are asked for once, and answered each', async () => {
  const { ask, toy } = await subject({ marketName: (symbol) => symbol.replace('-2', '') });
  const asked = await ask('A', 'A-2', 'B', 'NONE', 'NONE-2');
  expect(toy.asked[0]).toContain('symbols=A,B,NONE&');
  expect(asked.quotes.map(({ symbol }) => symbol).toSorted()).toEqual(['A', 'A-2', 'B']);
  expect(asked.errors.map(({ symbol }) => symbol)).toEqual(['NONE', 'NONE-2']);
});

test('the two names of a dollar pair are one market everywhere', async () => {
  const { ask, toy } = await subject();
  expect((await ask('JPY=X', 'USDJPY=X', 'EURUSD=X')).quotes.map(({ symbol }) => symbol)).toEqual([
    'JPY=X',
    'USDJPY=X',
    'EURUSD=X',
  ]);
  expect(toy.asked[0]).not.toContain('USDJPY');
});

test('the adapter sees the whole answer: status, lower-case headers, address and the moment', async () => {
  const seen: HttpAnswer[] = [];
  const toy = await startToy();
  await toy.close();
  const { quote } = toy.provider.serves;
  if (!quote) throw new Error('the toy serves quotes');
  const watched = {
    ...quote,
    read: (answer: HttpAnswer) => (
      seen.push(answer), quote.read(answer, { data: 'quote', symbols: [], now: new Date() })
    ),
  };
  const { ask, toy: real } = await subject({ serves: { quote: watched } });
  real.next(answers(200, { AAPL: '2' }, { 'X-Some-Header': 'yes' }));
  await ask('AAPL');
  expect(seen[0]).toMatchObject({
    status: 200,
    body: '{"AAPL":"2"}',
    url: `${real.url}/quote?symbols=AAPL&token=${SECRET}`,
  });
  expect(seen[0]?.headers['x-some-header']).toBe('yes');
});

test('an adapter does not see that a proxy or the simulator stands at another address', async () => {
  const seen: string[] = [];
  const { toy, ask } = await subject({}, 10_000, (real) => ({
    baseUrl: 'https://api.toy.example/v3',
    serves: {
      quote: real.serves.quote && {
        ...real.serves.quote,
        read: (answer, what) => {
          seen.push(answer.url);
          return real.serves.quote?.read(answer, what) ?? reading({});
        },
      },
    },
  }));
  expect((await ask('AAPL')).quotes).toHaveLength(1);
  expect(toy.asked).toEqual([`/prefix/quote?symbols=AAPL&token=${SECRET}`]);
  expect(seen).toEqual([`https://api.toy.example/v3/quote?symbols=AAPL&token=${SECRET}`]);
});

test('with another address configured everything goes there: also to other hosts of the provider, and where it sends on', async () => {
  const { toy, ask } = await subject({}, 10_000, (real) => ({
    baseUrl: 'https://api.toy.example/v3',
    serves: {
      quote: real.serves.quote && {
        ...real.serves.quote,
        request: (what) => ({ ...toyQuote.request(what), baseUrl: 'https://files.toy.example' }),
      },
    },
  }));
  toy.next(answers(302, '', { location: '/prefix/quote?symbols=AAPL&moved=1' }));
  expect((await ask('AAPL')).quotes).toHaveLength(1);
  expect(toy.asked).toEqual([`/prefix/quote?symbols=AAPL&token=${SECRET}`, '/prefix/quote?symbols=AAPL&moved=1']);
});
