import { eventually } from '@freshet/testing';
import { rank, SECRET, testAskers } from './asker.fixture.ts';
import { CALL_MS } from './how.ts';
import { answers, breaksOff, type Reply, toyQuote } from './toy.fixture.ts';
import { refusal } from '../wire/reading.ts';

const { subject, clear, end } = testAskers();
afterEach(clear);
afterAll(end);

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

  test.each([
    ['the first reset of its windows', ['day', 'month'] as const],
    ['an hour from now, where no reset is known', [] as const],
  ])('a spent quota of which nobody says until when parks the provider until %s', async (_, resets) => {
    const zone = 'America/New_York';
    const spent = { ...toyQuote, read: () => refusal('quota_spent', 'no credits left') };
    const { ask, ledger } = await subject({
      serves: { quote: spent },
      limits: [
        { limit: 90, perSeconds: 60 },
        ...resets.map((every) => ({ limit: 900, perSeconds: 86_400, resets: { every, hour: 0, zone } })),
      ],
    });
    await ask('AAPL');
    const { parked, windows } = await ledger.look('toy');
    const until = windows[1]?.resetsAt?.getTime() ?? Date.now() + 3_600_000;
    expect(Math.abs((parked?.until.getTime() ?? 0) - until)).toBeLessThan(20_000);
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
