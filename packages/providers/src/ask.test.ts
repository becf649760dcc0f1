import { setTimeout as sleep } from 'node:timers/promises';
import { PRIORITIES } from '@freshet/contracts';
import { createLogger, createMetrics } from '@freshet/runtime';
import { eventually, testRedis } from '@freshet/testing';
import type { HttpAnswer, Provider } from './provider.ts';
import { CALL_MS } from './ask/how.ts';
import { answers, breaksOff, type Reply, startToy, type Toy, toyQuote, twoSteps } from './ask/toy.fixture.ts';
import { type Asker, createAsker } from './ask.ts';
import { createBreaker } from './breaker.ts';
import type { Grant, Ledger } from './quota/ledger.ts';
import { providerError, reading } from './reading.ts';
import { createLedger } from './quota/redis-ledger.ts';
import { usageInMemory } from './quota/usage.ts';
import { accountsOf, type ProviderSettings, providerSettings } from './settings.ts';

const SECRET = 'the-secret-key-of-the-test';
const rank = PRIORITIES.medium;
/** An answer of status 403, which the toy reads as a refused key, means that the session is over. */
const overAt403 = { ...twoSteps, expired: ({ status }: HttpAnswer) => status === 403 };
const server = testRedis();
const redis = server.client();
const open: { toy: Toy; askers: Asker[] }[] = [];
let number = 0;

afterEach(async () => {
  for (const { toy, askers } of open.splice(0)) {
    for (const asker of askers) asker.close();
    await toy.close();
  }
});
afterAll(() => server.cleanup());

interface Subject {
  toy: Toy;
  asker: Asker;
  ledger: Ledger;
  /** Another worker with the same provider. */
  another(): Asker;
  take(cost?: number): Promise<Grant>;
  ask(...symbols: string[]): ReturnType<Asker['ask']>;
  used(): Promise<number | undefined>;
  /** What its breaker says to whoever would ask now. */
  admission(): ReturnType<Asker['breaker']['admit']>;
  logged: string[];
  metrics: ReturnType<typeof createMetrics>;
}

async function subject(
  changes: Partial<Provider> = {},
  callMs = 10_000,
  /** With it, the provider's own address is another one, and a proxy stands before it. */
  elsewhere?: (provider: Provider) => Partial<Provider>,
): Promise<Subject> {
  const toy = await startToy(changes);
  const proxy = elsewhere ? { baseUrl: `${toy.url}/prefix` } : {};
  if (elsewhere) toy.provider = { ...toy.provider, ...elsewhere(toy.provider) };
  const prefix = `${server.prefix}:${number++}:`;
  const settings = providerSettings([toy.provider], { TOY: { apiKey: SECRET, ...proxy } });
  const ledger = createLedger({ redis, prefix, usage: usageInMemory(), accounts: accountsOf(settings) });
  const logged: string[] = [];
  const to = { write: (line: string) => void logged.push(line) };
  const logger = createLogger({ name: 'test', level: 'debug', to });
  const metrics = createMetrics('test', { own: false });
  const askers: Asker[] = [];
  const another = () => {
    const made = createAsker({ providers: settings, ledger, redis, prefix, logger, metrics, callMs, retryMs: 10 });
    askers.push(made);
    return made;
  };
  const asker = another();
  open.push({ toy, askers });
  const take = async (cost = 1) => {
    const reply = await asker.take('toy', { cost, rank });
    if (!reply.granted) throw new Error(reply.because);
    return reply;
  };
  return {
    toy,
    asker,
    ledger,
    another,
    take,
    logged,
    metrics,
    ask: async (...symbols) =>
      asker.ask('toy', { data: 'quote', symbols }, { grant: await take(symbols.length), rank }),
    used: async () => (await ledger.look('toy')).windows[0]?.used,
    admission: () => asker.breaker.admit(accountOf(toy)),
  };
}

function accountOf(toy: Toy) {
  const [settings] = providerSettings([toy.provider], { TOY: { apiKey: SECRET } });
  return (settings as ProviderSettings).account;
}

/** It failed so long ago: after a minute it may be probed. */
async function failed(toy: Toy, agoMs = 60_000): Promise<void> {
  const breaker = createBreaker({ redis, prefix: `${server.prefix}:${number - 1}:`, now: () => Date.now() - agoMs });
  const recent = Array.from({ length: 5 }, () => false);
  await breaker.note(accountOf(toy), { answer: 'failed', recent, why: 'it fails' });
}

test('a probe whose call is not made, or given up, is left to the next one', async () => {
  const { toy, asker, another, take } = await subject();
  await failed(toy);
  const other = another();
  const quote = { data: 'quote' as const, symbols: ['AAPL'] };
  for (const signal of [AbortSignal.abort(), AbortSignal.timeout(50)]) {
    const grant = await take();
    expect(grant.probe).toBe(true);
    expect(await other.take('toy', { cost: 1, rank })).toMatchObject({
      granted: false,
      because: expect.stringContaining('being probed'),
    });
    toy.next(() => {});
    await asker.ask('toy', quote, { grant, rank, signal });
  }
  await asker.ask('toy', quote, { grant: { ...(await take()), endsBy: performance.now() + 500 }, rank });
  const probe = await take();
  expect(probe.probe).toBe(true);
  await asker.giveBack(probe);
  expect((await take()).probe).toBe(true);
});

test('a probe that ends on the way to its question has told nothing, and is left to the next one', async () => {
  const { toy, ask, asker, admission } = await subject({ session: overAt403, limits: [{ limit: 4, perSeconds: 60 }] });
  await ask('A');
  // What came of it is noted behind its answer.
  await eventually(async () => expect((await asker.health.read(accountOf(toy))).lastSuccessAt).not.toBeNull());
  await failed(toy);
  // The quota leaves no room for another session.
  toy.next(answers(403));
  expect(await ask('A')).toMatchObject({ calls: 1, quotes: [] });
  expect(await admission()).toEqual({ admitted: true, probe: true });
  const narrow = await subject({ session: twoSteps, limits: [{ limit: 1, perSeconds: 60 }] });
  await failed(narrow.toy);
  narrow.toy.next(answers(200, 'cookie'));
  expect(await narrow.ask('A')).toMatchObject({ calls: 1, quotes: [] });
  expect(await narrow.admission()).toEqual({ admitted: true, probe: true });
});

test('a call that tells nothing leaves the probe of another alone', async () => {
  const { toy, asker, take } = await subject();
  const grant = await take();
  await failed(toy);
  expect((await take()).probe).toBe(true);
  await asker.ask('toy', { data: 'quote', symbols: ['A'] }, { grant, rank, signal: AbortSignal.abort() });
  expect(await asker.take('toy', { cost: 1, rank })).toMatchObject({
    granted: false,
    because: expect.stringContaining('being probed'),
  });
});

test('a grant that was asked for before it was known that the provider fails goes back', async () => {
  const { toy, asker, take, used } = await subject();
  await asker.giveBack(await take());
  await failed(toy, 0);
  expect(await asker.take('toy', { cost: 1, rank })).toMatchObject({ granted: false, kind: 'unavailable' });
  expect(await used()).toBe(0);
});

test('a call for what others have room for is one attempt', async () => {
  const { toy, asker, take } = await subject();
  toy.next(answers(500), answers(500));
  const asked = await asker.ask('toy', { data: 'quote', symbols: ['A'] }, { grant: await take(), rank, brief: true });
  expect(asked).toMatchObject({ calls: 1, errors: [{ kind: 'unavailable' }] });
});

test('a probe whose grant could not be asked for is left to the next one', async () => {
  const { toy, asker, ledger } = await subject();
  await failed(toy);
  const { take } = ledger;
  ledger.take = () => Promise.reject(new Error('the record is away'));
  await expect(asker.take('toy', { cost: 1, rank })).rejects.toThrow('the record is away');
  ledger.take = take;
  expect(await asker.take('toy', { cost: 1, rank })).toMatchObject({ granted: true });
  expect(await asker.take('toy', { cost: 1, rank })).toMatchObject({ granted: false, kind: 'unavailable' });
});

test('who waits for a place holds no grant, and has the next one that is free', async () => {
  const { asker, take, toy, used } = await subject({ concurrency: 2 });
  const held: (() => void)[] = [];
  toy.next(
    ...Array.from(
      { length: 4 },
      (): Reply => (request, response) => {
        held.push(() => answers(200, { A: '1' })(request, response));
      },
    ),
  );
  const calls = Array.from({ length: 4 }, () =>
    asker.attend('toy', async () => {
      const grant = await take();
      return asker.ask('toy', { data: 'quote', symbols: ['A'] }, { grant, rank });
    }),
  );
  await eventually(() => expect(held).toHaveLength(2));
  expect(await asker.take('toy', { cost: 1, rank })).toMatchObject({ granted: false, kind: 'rate_limited' });
  await sleep(50);
  expect([toy.asked.length, await used()]).toEqual([2, 2]);
  for (let answered = 0; answered < 4; answered++) {
    await eventually(() => expect(held.length).toBeGreaterThan(answered));
    held[answered]?.();
  }
  for (const { quotes } of await Promise.all(calls)) expect(quotes).toHaveLength(1);
  expect(await used()).toBe(4);
});

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

describe('what may pass', () => {
  test('is tried again, each attempt with a grant of its own', async () => {
    const { ask, toy, used } = await subject();
    toy.next(answers(503, 'busy'), breaksOff);
    const asked = await ask('AAPL');
    expect(asked.quotes).toHaveLength(1);
    expect(asked.calls).toBe(3);
    expect(toy.asked).toHaveLength(3);
    expect(await used()).toBe(3);
  });

  test('waits longer before each attempt, and no attempt longer than 30 s', async () => {
    const beganMs: number[] = [];
    const { ask, toy } = await subject();
    const busy: Reply = (...answering) => {
      beganMs.push(performance.now());
      answers(503, 'busy')(...answering);
    };
    toy.next(busy, busy, busy);
    await ask('AAPL');
    const [first = 0, second = 0, third = 0] = beganMs;
    // 10 ms here, then three times as much, each up to twice as long by chance.
    expect(second - first).toBeGreaterThanOrEqual(9);
    expect(third - second).toBeGreaterThanOrEqual(29);
    expect(CALL_MS).toBe(30_000);
  });

  test('ends after three attempts as unavailable', async () => {
    const { ask, toy } = await subject();
    toy.next(answers(502), answers(502), answers(502));
    const asked = await ask('AAPL');
    expect(asked).toMatchObject({ calls: 3, quotes: [], errors: [{ symbol: null, kind: 'unavailable' }] });
  });

  test.each([
    [25, 1],
    [500, 3],
  ])('of %i calls a day costs %i of them', async (limit, calls) => {
    const { ask, toy, used } = await subject({ limits: [{ limit, perSeconds: 86_400 }] });
    toy.next(answers(502), answers(502), answers(502));
    expect(await ask('AAPL')).toMatchObject({ calls, errors: [{ kind: 'unavailable', detail: 'HTTP 502' }] });
    expect(await used()).toBe(calls);
  });

  test('is not tried again when the quota refuses another attempt', async () => {
    const { ask, toy } = await subject({ limits: [{ limit: 1, perSeconds: 60 }] });
    toy.next(answers(502));
    const asked = await ask('AAPL');
    expect(asked).toMatchObject({ calls: 1, errors: [{ kind: 'unavailable', detail: 'HTTP 502' }] });
  });

  test('is a silence too, but who has said nothing for a whole call is not waited for again by the same one', async () => {
    const { ask, toy } = await subject({}, 1100);
    toy.next(() => {});
    const silent = await ask('AAPL');
    expect(silent).toMatchObject({ calls: 1, errors: [{ kind: 'unavailable' }] });
    expect(silent.errors[0]?.detail).toContain('no answer in time');
  });

  test('is a refused connection too', async () => {
    const { ask, toy } = await subject();
    await toy.close();
    const asked = await ask('AAPL');
    expect(asked.calls).toBe(3);
    expect(asked.errors).toMatchObject([{ kind: 'unavailable', detail: expect.stringContaining('ECONNREFUSED') }]);
  });
});

describe('what will not pass', () => {
  test('a 429 parks the provider until it says, and multiplies no call', async () => {
    const { ask, asker, toy, logged } = await subject();
    toy.next(answers(429, 'slow down', { 'retry-after': '30' }));
    const asked = await ask('AAPL');
    expect(asked).toMatchObject({ calls: 1, errors: [{ kind: 'rate_limited', retryAfterMs: 30_000 }] });
    const refused = await asker.take('toy', { cost: 1, rank });
    expect(refused).toMatchObject({ granted: false, kind: 'rate_limited', because: 'parked: too many' });
    if (!refused.granted) {
      // From when the answer was parked by: its 30 s, and what has passed since.
      expect(refused.retryInMs).toBeGreaterThan(15_000);
      expect(refused.retryInMs).toBeLessThanOrEqual(30_010);
    }
    const told = logged
      .map((line) => JSON.parse(line))
      .find(({ msg }) => msg === 'the provider wants no calls for a while');
    expect(told).toMatchObject({ provider: 'toy', why: 'too many', until: expect.stringMatching(/Z$/) });
  });

  test.each([
    ['a minute', undefined, 60_000],
    ['as long as it is known to want', 1_800_000, 1_800_000],
  ])('a 429 that does not say until when parks the provider for %s', async (_for, coolDownMs, parkedMs) => {
    const { ask, ledger, toy } = await subject({ coolDownMs });
    const before = Date.now();
    toy.next(answers(429, 'slow down'));
    expect((await ask('AAPL')).calls).toBe(1);
    const until = (await ledger.look('toy')).parked?.until.getTime() ?? 0;
    expect(until - before).toBeGreaterThan(parkedMs - 1000);
    expect(until - Date.now()).toBeLessThanOrEqual(parkedMs + 10);
  });

  test('a 503 with Retry-After is obeyed rather than tried again', async () => {
    const { ask, asker, ledger, toy } = await subject();
    toy.next(answers(503, 'maintenance', { 'retry-after': '120' }));
    expect((await ask('AAPL')).calls).toBe(1);
    expect((await ledger.look('toy')).parked?.why).toBe('HTTP 503');
    // For whoever is refused meanwhile it is what it said to be, and no spent quota.
    const meanwhile = await asker.take('toy', { cost: 1, rank });
    expect(meanwhile).toMatchObject({ granted: false, kind: 'unavailable', because: 'parked: HTTP 503' });
  });

  test('an adapter that throws makes the answer malformed, not the process fail', async () => {
    const { ask, toy, logged } = await subject();
    toy.next(answers(200, 'throw'));
    const asked = await ask('AAPL');
    expect(asked).toMatchObject({ calls: 1, errors: [{ symbol: null, kind: 'malformed' }] });
    expect(logged.join('')).toContain('an adapter threw');
  });

  test('an answer that is too large is cut off', async () => {
    const { ask, toy } = await subject();
    const huge = answers(200, 'x'.repeat(6_000_000));
    toy.next(huge, huge, huge);
    expect((await ask('AAPL')).errors).toMatchObject([
      { kind: 'unavailable', detail: expect.stringMatching(/too large/) },
    ]);
  });

  test('a redirect to another host is not followed; one within the host is another call', async () => {
    const { ask, toy, used } = await subject();
    toy.next(answers(302, '', { location: 'https://elsewhere.example/quote' }));
    expect((await ask('AAPL')).errors).toMatchObject([
      { detail: 'redirected to elsewhere.example, which is not followed' },
    ]);
    expect(await used()).toBe(1);
    toy.next(answers(301, '', { location: '/quote?symbols=AAPL&moved=1' }));
    expect(await ask('AAPL')).toMatchObject({ calls: 2, quotes: [{ symbol: 'AAPL' }] });
    expect(await used()).toBe(3);
  });

  test('a redirect is followed once, at the same cost, and with a grant of its own: not when there is none', async () => {
    const { ask, toy, used, ledger } = await subject();
    const moved = answers(307, '', { location: '/quote?symbols=A,B,C&moved=1' });
    toy.next(moved);
    expect(await ask('A', 'B', 'C')).toMatchObject({ calls: 2, errors: [] });
    expect((await ledger.look('toy')).windows[0]?.usedByRank).toMatchObject({ [rank]: 6 });
    toy.next(moved, moved);
    expect(await ask('A', 'B', 'C')).toMatchObject({ calls: 2, errors: [{ kind: 'malformed' }] });
    expect(await used()).toBe(12);
    const narrow = await subject({ limits: [{ limit: 1, perSeconds: 60 }] });
    narrow.toy.next(moved);
    expect(await narrow.ask('A')).toMatchObject({ calls: 1, errors: [{ kind: 'malformed' }] });
  });

  test('a redirect to another port is one to another host', async () => {
    const { ask, toy } = await subject();
    toy.next(answers(302, '', { location: 'http://127.0.0.1:1/quote' }));
    expect((await ask('A')).errors).toMatchObject([{ detail: 'redirected to 127.0.0.1:1, which is not followed' }]);
  });

  test('a call that was sent on, or never answered, leaves its window when that is over', async () => {
    const { ask, toy, used } = await subject({ limits: [{ limit: 20, perSeconds: 1 }] });
    toy.next(answers(308, '', { location: '/quote?symbols=A&moved=1' }), breaksOff, breaksOff, breaksOff);
    expect(await ask('A')).toMatchObject({ calls: 4, errors: [{ kind: 'unavailable' }] });
    await eventually(async () => expect(await used()).toBe(0));
  });
});

test('a refused key turns the provider off for all workers, with the reason and without the key', async () => {
  const { ask, asker, another, toy, logged } = await subject();
  toy.next(answers(403, 'no'));
  const asked = await ask('AAPL');
  expect(asked.errors[0]?.detail).toBe(`the key was refused: ${toy.url}/quote?symbols=AAPL&token=[redacted]`);
  const refused = await another().take('toy', { cost: 1, rank });
  expect(refused).toMatchObject({ granted: false, kind: 'bad_key' });
  expect(JSON.stringify([asked, refused, logged])).not.toContain(SECRET);
  await asker.forgiveKeys();
  expect((await ask('AAPL')).quotes).toHaveLength(1);
});

test('without a key a refusal is a trouble like others, for there is nothing to mend: the provider stays in its chains', async () => {
  const { asker, ask, toy } = await subject({ key: 'none' });
  toy.next(answers(403));
  expect((await ask('A')).errors).toMatchObject([{ kind: 'bad_key' }]);
  expect(await asker.take('toy', { cost: 1, rank })).toMatchObject({ granted: true });
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

test('a provider that fails is not asked any more, and its failing is told', async () => {
  const { ask, asker, toy, metrics } = await subject();
  // Prometheus sees no increase in a series that is born with its first count.
  expect(await metrics.text()).toMatch(/provider_requests_total\{provider="toy",outcome="bad_key",process="test"\} 0/);
  toy.next(...Array.from({ length: 6 }, () => answers(500)));
  await ask('AAPL');
  await ask('AAPL');
  const refused = await asker.take('toy', { cost: 1, rank });
  expect(refused).toMatchObject({ granted: false, kind: 'unavailable', because: 'HTTP 500' });
  expect(await metrics.text()).toContain(
    'provider_requests_total{provider="toy",outcome="unavailable",process="test"} 6',
  );
  const { account } = providerSettings([toy.provider], { TOY: { apiKey: SECRET } })[0] ?? {};
  const health = account && (await asker.health.read(account));
  expect(health).toMatchObject({ reliability: 0, lastError: { kind: 'unavailable', detail: 'HTTP 500' } });
});

describe('a session', () => {
  const session = { session: twoSteps };
  const shakes = [answers(200, 'cookie-1'), answers(200, 'crumb-1')];

  test('is made once for a whole fleet, each of its calls with a grant of its own', async () => {
    const { toy, another, take, used } = await subject(session);
    toy.next(...shakes);
    const askers = [another(), another(), another()];
    const grants = await Promise.all(askers.map(() => take()));
    const asked = await Promise.all(
      askers.map((asker, n) =>
        asker.ask('toy', { data: 'quote', symbols: [`S${n}`] }, { grant: grants[n] as Grant, rank }),
      ),
    );
    expect(asked.flatMap(({ quotes }) => quotes)).toHaveLength(3);
    expect(toy.asked.filter((path) => path === '/cookie' || path === '/crumb')).toEqual(['/cookie', '/crumb']);
    expect(toy.asked.filter((path) => path.includes('crumb=crumb-1&cookie=cookie-1'))).toHaveLength(3);
    expect(await used()).toBe(5);
  });

  test('is made at once where the limit is as narrow as the calls that wait for it', async () => {
    const { toy, another, take, used } = await subject({ ...session, limits: [{ limit: 3, perSeconds: 60 }] });
    toy.next(...shakes);
    const askers = [another(), another(), another()];
    // All that the window allows is in the hands of calls that have no session yet.
    const grants = await Promise.all(askers.map(() => take()));
    await Promise.all(
      askers.map((asker, n) =>
        asker.ask('toy', { data: 'quote', symbols: [`S${n}`] }, { grant: grants[n] as Grant, rank }),
      ),
    );
    // Both steps went out, and one of the calls; the others are asked again when there is quota.
    expect(toy.asked.slice(0, 2)).toEqual(['/cookie', '/crumb']);
    expect(toy.asked).toHaveLength(3);
    expect(await used()).toBe(3);
  });

  test('ends in the middle where the limit leaves no room for its next step', async () => {
    const { toy, ask, used } = await subject({ ...session, limits: [{ limit: 1, perSeconds: 60 }] });
    toy.next(...shakes);
    expect(await ask('AAPL')).toMatchObject({ calls: 1, quotes: [] });
    expect([toy.asked, await used()]).toEqual([['/cookie'], 1]);
  });

  test('takes of the grant of a larger call no more than its steps cost', async () => {
    const { toy, ask, used } = await subject(session);
    toy.next(...shakes);
    expect((await ask('A', 'B', 'C')).quotes).toHaveLength(3);
    expect(await used()).toBe(5);
  });

  test('waits a little for the grants of its further steps, for it stands before everything else', async () => {
    const { toy, ask } = await subject({ ...session, limits: [{ limit: 1, perSeconds: 1 }] });
    toy.next(...shakes);
    await ask('AAPL');
    expect(toy.asked.slice(0, 2)).toEqual(['/cookie', '/crumb']);
  });

  test('that is refused is made anew, once', async () => {
    const { toy, ask } = await subject(session);
    toy.next(...shakes, answers(401), answers(200, 'cookie-2'), answers(200, 'crumb-2'));
    const asked = await ask('AAPL');
    expect(asked).toMatchObject({ calls: 6, quotes: [{ symbol: 'AAPL' }], errors: [] });
    expect(toy.asked.at(-1)).toContain('crumb=crumb-2');
  });

  test('that is over says nothing of the provider; one that is refused when it is new does', async () => {
    const { toy, ask, asker } = await subject({ session: overAt403 });
    await ask('A');
    toy.next(answers(403));
    expect(await ask('A')).toMatchObject({ calls: 4, quotes: [{ symbol: 'A' }] });
    expect((await asker.health.read(accountOf(toy))).lastError).toBeNull();
    toy.next(answers(403), answers(200, 'cookie'), answers(200, 'crumb'), answers(403));
    expect(await ask('A')).toMatchObject({ calls: 4, errors: [{ kind: 'bad_key' }] });
  });

  test('that is refused for good is not asked for again', async () => {
    const read = () => providerError('bad_key', 'no sessions for you');
    const steps = twoSteps.steps.map((step) => ({ ...step, read }));
    const { ask } = await subject({ session: { ...twoSteps, steps } });
    expect(await ask('A')).toMatchObject({ calls: 1, errors: [{ kind: 'bad_key' }] });
  });

  test('that is made again and again for a provider that refuses every question keeps nobody from leaving it alone', async () => {
    const { toy, ask, asker } = await subject(session);
    await ask('A');
    // The toy can't read it, as a provider's adapter can't read the refusal of a session that is new.
    for (let n = 0; n < 8; n++) {
      const refused = await asker.take('toy', { cost: 1, rank });
      if (!refused.granted) break;
      await asker.giveBack(refused);
      toy.next(answers(401), answers(200, `cookie-${n}`), answers(200, `crumb-${n}`), answers(401, 'throw'));
      await ask('A');
    }
    expect(await asker.take('toy', { cost: 1, rank })).toMatchObject({ granted: false, kind: 'unavailable' });
  });

  test('on the way to an unanswered probe does not say that the provider is well', async () => {
    const { toy, ask, asker } = await subject(session);
    await failed(toy);
    toy.next(...shakes, answers(500));
    await ask('A');
    expect(await asker.take('toy', { cost: 1, rank })).toMatchObject({ granted: false, because: 'HTTP 500' });
  });

  test('is made anew when the provider sends elsewhere for consent', async () => {
    const { ask, toy } = await subject({
      session: { ...twoSteps, expired: ({ headers }) => String(headers.location).includes('/consent') },
    });
    await ask('A');
    toy.next(answers(302, '', { location: 'https://guce.example.com/consent' }));
    expect((await ask('A')).quotes).toHaveLength(1);
    expect(toy.asked.filter((path) => path === '/crumb')).toHaveLength(2);
  });

  test('that can not be made leaves the call unmade and its grant given back', async () => {
    const { toy, ask, used } = await subject(session);
    toy.next(answers(500), answers(500), answers(500));
    const asked = await ask('AAPL');
    expect(asked).toMatchObject({ calls: 3, errors: [{ symbol: null, kind: 'unavailable' }] });
    expect(toy.asked).toEqual(['/cookie', '/cookie', '/cookie']);
    expect(await used()).toBe(3);
  });
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
