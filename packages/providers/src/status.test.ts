import { ProviderStatus } from '@freshet/contracts';
import { createMetrics } from '@freshet/runtime';
import { testRedis } from '@freshet/testing';
import { createBreaker } from './breaker.ts';
import { createHealthRecord, percentiles } from './health/health.ts';
import { createLedger } from './quota/redis-ledger.ts';
import { usageInMemory } from './quota/usage.ts';
import { PROVIDERS } from './registry.ts';
import { accountsOf, providerSettings } from './settings.ts';
import { watchProviders } from './watch.ts';

const server = testRedis();
const redis = server.client();
let number = 0;
afterAll(() => server.cleanup());

function subject(limits = [{ limit: 800, perSeconds: 86_400 }]) {
  const clock = { now: Date.parse('2026-03-10T12:00:30Z') };
  const now = () => clock.now;
  const prefix = `${server.prefix}:${number++}:`;
  const settings = providerSettings(PROVIDERS, { TWELVE_DATA: { apiKey: 'a-key-of-mine', limits } });
  const ledger = createLedger({ redis, prefix, usage: usageInMemory(), accounts: accountsOf(settings), now });
  const door = { breaker: createBreaker({ redis, prefix, now }), health: createHealthRecord({ redis, prefix, now }) };
  const metrics = createMetrics('test', { own: false });
  const watch = watchProviders({ settings, ledger, door, metrics, now: () => new Date(clock.now) });
  const account = settings.find(({ provider }) => provider.name === 'twelvedata')?.account;
  if (!account) throw new Error('no account');
  return {
    clock,
    ledger,
    door,
    watch,
    metrics,
    account,
    async status(name = 'twelvedata') {
      await watch.look();
      return watch.statuses().find(({ provider }) => provider === name);
    },
    /** So many calls of a unit in one minute, and then the next minute. */
    async callsInAMinute(calls: number) {
      for (let n = 0; n < calls; n++) {
        const grant = await ledger.take({ provider: 'twelvedata', cost: 1, rank: 1, timeoutMs: 1000 });
        if (!grant.granted) throw new Error(grant.because);
        await ledger.settle(grant);
        await door.health.note(account, { error: null, detail: null, latencyMs: 100 + n, cost: 1 });
      }
      clock.now += 60_000;
    },
  };
}

describe('the status of a provider', () => {
  test('is what the contract says, for each of them, also of those that are off', async () => {
    const { watch } = subject();
    await watch.look();
    expect(watch.statuses()).toHaveLength(PROVIDERS.length);
    for (const status of watch.statuses()) expect(ProviderStatus.parse(status)).toEqual(status);
  });

  test('says what of a day is kept from each class for more urgent ones, and until when', async () => {
    const spends = async (limits: Parameters<typeof subject>[0]) => {
      const { callsInAMinute, status } = subject(limits);
      await callsInAMinute(10);
      return (await status())?.windows.map(({ shares }) => shares);
    };
    // A tenth is the emergencies', of which ten units are spent; two tenths are for high, four for medium.
    const held = { high: 70, medium: 230, low: 550 };
    const minute = { limit: 800, perSeconds: 60 };
    expect(await spends([{ limit: 800, perSeconds: 86_400 }, minute])).toEqual([
      { held, release: { from: '2026-03-10T22:00:00.000Z', until: '2026-03-10T23:45:00.000Z' } },
      null,
    ]);
    expect(await spends([{ limit: 800, perSeconds: 7_200 }])).toEqual([{ held, release: null }]);
  });

  test('marks the one whose service was shut down as retired, and no other that is off', async () => {
    const { watch } = subject();
    await watch.look();
    const off = watch.statuses().filter(({ enabled }) => !enabled);
    expect(off.map(({ provider }) => provider)).toEqual(expect.arrayContaining(['iex', 'finviz']));
    expect(off.filter(({ retired }) => retired).map(({ provider, health }) => [provider, health])).toEqual([
      ['iex', 'off'],
    ]);
    // What a worker wrote down before there was the word.
    const { retired: _, ...before } = off[0] as ProviderStatus;
    expect(ProviderStatus.parse(before).retired).toBe(false);
  });

  test('says whether its calls are scarce: up to a hundred a day are spared where a symbol hardly exists', () => {
    const askedFor = (limit: number) =>
      subject([
        { limit: 5, perSeconds: 60 },
        { limit, perSeconds: 86_400 },
      ]).watch.chain({ class: 'equity', data: 'quote', symbol: 'NOPE', doubtful: true }, ['yahoo']);
    expect(askedFor(101)).toEqual(['twelvedata']);
    expect(askedFor(100)).toEqual([]);
  });

  test('tells use, pace, latency and when the quota runs out at the present pace', async () => {
    const { callsInAMinute, status, metrics } = subject();
    for (let n = 0; n < 6; n++) await callsInAMinute(8);
    const seen = await status();
    expect(seen).toMatchObject({ health: 'healthy', reliability: 1, requests_per_minute: 8, because: null });
    expect(seen?.latency_ms).toEqual({ p50: 103, p95: 107 });
    expect(seen?.last_success_at).toBe('2026-03-10T12:05:30.000Z');
    const [day] = seen?.windows ?? [];
    expect(day).toMatchObject({ name: 'day', limit: 800, used: 48, remaining: 752, counts: 'cost' });
    expect(await metrics.text()).toContain(
      'provider_quota_remaining{provider="twelvedata",window="day",process="test"} 752',
    );
    // 752 at 8 a minute: 94 minutes.
    expect(day?.forecast).toMatchObject({ runs_out_at: '2026-03-10T13:40:30.000Z', lasts: false });
  });

  test('does not take one refresh for a pace: only who has made calls for more than five minutes is said to run out', async () => {
    const { callsInAMinute, status } = subject();
    const forecast = async () => (await status())?.windows[0]?.forecast;
    const calm = { runs_out_at: null, lasts: true, stretch: 1 };
    await callsInAMinute(90);
    expect(await forecast()).toEqual(calm);
    for (let n = 0; n < 4; n++) {
      await callsInAMinute(0);
      expect(await forecast()).toEqual(calm);
    }
    await callsInAMinute(90);
    expect(await forecast()).toMatchObject({ lasts: false });
    for (let n = 0; n < 5; n++) await callsInAMinute(0);
    expect(await forecast()).toEqual(calm);
  });

  test('takes the bursts of a schedule for what they come to over the minutes between them', async () => {
    const { callsInAMinute, status, clock } = subject();
    await callsInAMinute(12);
    for (let n = 0; n < 9; n++) await callsInAMinute(0);
    await callsInAMinute(12);
    // 776 at 24 in 11 minutes.
    const runsOutAt = new Date(clock.now + (776 / (24 / 11)) * 60_000).toISOString();
    expect((await status())?.windows[0]?.forecast).toMatchObject({ runs_out_at: runsOutAt, lasts: false });
  });

  test('tells since when nothing but failures came, which neither a spent quota begins nor a handshake ends', async () => {
    const { door, account, status, clock } = subject();
    const note = async (
      error: 'unavailable' | 'malformed' | 'rate_limited' | 'unknown_symbol' | null,
      isStep = false,
    ) => {
      await door.health.note(account, { error, detail: null, latencyMs: 20, cost: 1, isStep });
      clock.now += 60_000;
      return (await status())?.failing_since;
    };
    expect(await note('rate_limited')).toBeNull();
    expect(await note('unavailable')).toBe('2026-03-10T12:01:30.000Z');
    expect(await note('malformed')).toBe('2026-03-10T12:01:30.000Z');
    expect(await note(null, true)).toBe('2026-03-10T12:01:30.000Z');
    expect(await note('unknown_symbol')).toBeNull();
    expect(await note('unavailable')).toBe('2026-03-10T12:05:30.000Z');
    expect(await note(null)).toBeNull();
  });

  test('tells one story at each moment from its first failure until it is well again', async () => {
    const { door, account, status, clock } = subject();
    const told = async () => {
      const { health, breaker, failing_since, next_probe_at, last_error, because } = (await status()) ?? {};
      return { health, breaker, failing_since, next_probe_at, last_error: last_error?.detail, because };
    };
    const answer = async (detail: string | null) => {
      const error = detail === null ? null : ('unavailable' as const);
      const recent = await door.health.note(account, { error, detail, latencyMs: 20, cost: 1 });
      const noted = { answer: error ? ('failed' as const) : ('good' as const), recent, why: detail ?? 'answered' };
      const { state, changed } = await door.breaker.note(account, noted);
      if (changed && state.is === 'closed') await door.health.forgetOutcomes(account);
      clock.now += 1000;
    };
    const well = { breaker: 'closed', failing_since: null, next_probe_at: null };
    for (let n = 0; n < 4; n++) await answer(null);
    expect(await told()).toMatchObject({ ...well, health: 'healthy', because: null, last_error: undefined });
    await answer('HTTP 500');
    const failing = { failing_since: '2026-03-10T12:00:34.000Z', last_error: 'HTTP 500' };
    expect(await told()).toMatchObject({ ...failing, breaker: 'closed', next_probe_at: null });
    for (let n = 0; n < 3; n++) await answer('HTTP 500');
    const down = {
      health: 'down',
      breaker: 'open',
      because: 'It fails: HTTP 500',
      next_probe_at: '2026-03-10T12:00:47.000Z',
    };
    expect(await told()).toMatchObject({ ...failing, ...down });
    // What was under way ends well, and doesn't close it.
    await answer(null);
    expect(await told()).toMatchObject({ ...down, failing_since: '2026-03-10T12:00:37.000Z', last_error: 'HTTP 500' });
    clock.now = Date.parse('2026-03-10T12:00:47Z');
    expect(await told()).toMatchObject({ ...down, health: 'degraded', breaker: 'half_open' });
    await answer('HTTP 503');
    expect(await told()).toMatchObject({
      ...{ health: 'down', breaker: 'open', because: 'It fails: HTTP 503', last_error: 'HTTP 503' },
      ...{ failing_since: '2026-03-10T12:00:37.000Z', next_probe_at: '2026-03-10T12:01:07.000Z' },
    });
    clock.now = Date.parse('2026-03-10T12:01:07Z');
    await answer(null);
    expect(await told()).toMatchObject({ ...well, health: 'degraded', because: 'Unreliable of late: HTTP 503' });
  });

  test('is not tried again before it wants calls again, though its breaker would let it be probed sooner', async () => {
    const { door, ledger, account, status, clock } = subject();
    await door.breaker.note(account, { answer: 'failed', recent: Array(5).fill(false), why: 'HTTP 503' });
    await ledger.park('twelvedata', 60_000, 'too many');
    expect((await status())?.next_probe_at).toBe(new Date(clock.now + 60_000).toISOString());
  });

  test('says why one is off and what to do about it', async () => {
    const { status } = subject();
    expect(await status('finnhub')).toMatchObject({
      enabled: false,
      health: 'off',
      because: 'Finnhub needs a key: set FINNHUB_API_KEY.',
      windows: [
        { used: 0, remaining: 60 },
        { used: 0, remaining: 30 },
      ],
    });
  });

  test('says that it is parked, until when and why, and lets others be asked first', async () => {
    const { ledger, status, watch, clock } = subject();
    const wanted = { class: 'fx', data: 'quote', symbol: 'EURUSD=X' } as const;
    await watch.look();
    expect(watch.chain(wanted, [])).toEqual(['yahoo', 'twelvedata']);
    await ledger.park('yahoo', 1_800_000, 'Too Many Requests');
    expect(await status('yahoo')).toMatchObject({
      health: 'degraded',
      parked_until: new Date(clock.now + 1_800_000).toISOString(),
      because: expect.stringContaining('Too Many Requests'),
    });
    expect(watch.chain(wanted, [])).toEqual(['twelvedata', 'yahoo']);
    expect(watch.chain(wanted, ['twelvedata', 'yahoo'])).toEqual([]);
    expect(watch.whyNobody(wanted, ['twelvedata', 'yahoo'])).toMatch(/FMP_API_KEY/);
  });

  test('shows a refused key as another state than a breaker that is open for trouble', async () => {
    const { door, account, status, metrics } = subject();
    const states = async () =>
      (await metrics.text()).match(/provider_breaker_state\{provider="twelvedata".* (\d)/)?.[1];
    await door.breaker.note(account, {
      answer: 'failed',
      recent: [false, false, false, false, false],
      why: 'HTTP 500',
    });
    await status();
    expect(await states()).toBe('2');
    await door.breaker.note(account, { answer: 'bad_key', recent: [], why: 'HTTP 401' });
    await status();
    expect(await states()).toBe('3');
  });

  test('says that it fails, and that it is being tried again', async () => {
    const { door, account, status, watch, clock } = subject();
    for (let n = 0; n < 6; n++) {
      const outcome = { error: 'unavailable' as const, detail: 'HTTP 500', latencyMs: 20, cost: 1 };
      const recent = await door.health.note(account, outcome);
      await door.breaker.note(account, { answer: 'failed', recent, why: 'HTTP 500' });
    }
    expect(await status()).toMatchObject({
      health: 'down',
      breaker: 'open',
      reliability: 0,
      because: 'It fails: HTTP 500',
      last_error: { kind: 'unavailable', detail: 'HTTP 500', at: '2026-03-10T12:00:30.000Z' },
    });
    expect([watch.downBecause('twelvedata'), watch.shutBecause('twelvedata')]).toEqual([null, 'HTTP 500']);
    clock.now += 10_000;
    expect(watch.shutBecause('twelvedata')).toBeNull();
    expect(await status()).toMatchObject({ health: 'degraded', breaker: 'half_open' });
    // Its probe failed as well: it is left alone for longer than a lane waits.
    await door.breaker.note(account, { answer: 'failed', recent: [false], why: 'HTTP 502' });
    await status();
    expect([watch.downBecause('twelvedata'), watch.room('twelvedata')]).toEqual(['HTTP 502', null]);
  });

  test('leaves room for what its windows let through now, and for nothing while it may not be asked', async () => {
    const { ledger, door, account, watch, clock } = subject([
      { limit: 8, perSeconds: 60 },
      { limit: 800, perSeconds: 86_400 },
    ]);
    const room = async () => {
      await watch.look();
      return watch.room('twelvedata');
    };
    const take = async (cost: number) => {
      const grant = await ledger.take({ provider: 'twelvedata', cost, rank: 1, timeoutMs: 1000 });
      if (!grant.granted) throw new Error(grant.because);
      await ledger.settle(grant);
    };
    // Its windows count units alone.
    expect(await room()).toEqual({ calls: Infinity, units: 8 });
    await take(3);
    expect(await room()).toEqual({ calls: Infinity, units: 5 });
    await take(5);
    // A full minute is no spent day: it is asked before those that fail, and has no room at this moment.
    expect(await room()).toEqual({ calls: Infinity, units: 0 });
    clock.now += 61_000;
    await ledger.park('twelvedata', 30_000, 'slow down');
    expect(await room()).toEqual({ calls: 0, units: 0 });
    clock.now += 30_000;
    expect(await room()).toEqual({ calls: Infinity, units: 8 });
    await door.breaker.note(account, { answer: 'failed', recent: Array(5).fill(false), why: 'HTTP 500' });
    expect(await room()).toEqual({ calls: 0, units: 0 });
    clock.now += 10_000;
    expect(await room()).toEqual({ calls: Infinity, units: 8 });
    await door.breaker.close(account);
    await ledger.park('twelvedata', 90_000, 'come back later');
    expect(await room()).toBeNull();
    clock.now += 90_000;
    await door.breaker.note(account, { answer: 'bad_key', recent: [], why: 'HTTP 401' });
    expect(await room()).toBeNull();
    expect(watch.room('finnhub')).toBeNull();
  });

  test('counts calls where a provider does, and units where it does those', async () => {
    const { ledger, watch } = subject([
      { limit: 5, perSeconds: 60 },
      { limit: 12, perSeconds: 86_400 },
    ]);
    await watch.look();
    const counted = watch.room('yahoo');
    expect(counted).toMatchObject({ units: Infinity });
    await ledger.take({ provider: 'yahoo', cost: 1, rank: 1, timeoutMs: 1000 });
    await watch.look();
    expect(watch.room('yahoo')).toEqual({ calls: (counted?.calls ?? 0) - 1, units: Infinity });
  });

  test('says that its day is spent, and leaves no room until there is more', async () => {
    const { ledger, status, watch } = subject([
      { limit: 8, perSeconds: 60 },
      { limit: 4, perSeconds: 86_400 },
    ]);
    for (let n = 0; n < 4; n++) await ledger.take({ provider: 'twelvedata', cost: 1, rank: 1, timeoutMs: 60_000 });
    expect(await status()).toMatchObject({ health: 'degraded', because: 'Its day is spent.' });
    expect(watch.room('twelvedata')).toBeNull();
    expect(watch.chain({ class: 'equity', data: 'quote', symbol: 'AAPL' }, ['yahoo'])).toEqual(['twelvedata']);
  });

  test('is degraded when less than nine of ten answers were good of late, and says what went wrong', async () => {
    const { door, account, status } = subject();
    // Of one that has answered nothing yet, nothing is known against it.
    expect(await status()).toMatchObject({ health: 'healthy', reliability: null, because: null });
    const note = (error: 'unavailable' | null) =>
      door.health.note(account, { error, detail: error && 'HTTP 500', latencyMs: 1, cost: 1 });
    await note(null);
    await note('unavailable');
    expect(await status()).toMatchObject({ health: 'healthy', reliability: 0.95, because: null });
    for (let n = 0; n < 2; n++) await note('unavailable');
    expect(await status()).toMatchObject({ health: 'degraded', because: 'Unreliable of late: HTTP 500' });
  });

  test('forgets a bad hour gradually: recent answers weigh more', async () => {
    const { door, account } = subject();
    const note = (error: 'unavailable' | null) =>
      door.health.note(account, { error, detail: null, latencyMs: 1, cost: 1 });
    for (let n = 0; n < 20; n++) await note('unavailable');
    for (let n = 0; n < 14; n++) await note(null);
    expect((await door.health.read(account)).reliability).toBeCloseTo(0.51, 2);
    for (let n = 0; n < 100; n++) await note(null);
    expect((await door.health.read(account)).reliability).toBeGreaterThan(0.99);
  });

  test('does not count a spent quota against the breaker, but against reliability; and the way to a question for nothing', async () => {
    const { door, account } = subject();
    await door.health.note(account, { error: null, detail: null, latencyMs: 1, cost: 1 });
    const recent = await door.health.note(account, {
      error: 'rate_limited',
      detail: 'slow down',
      latencyMs: 1,
      cost: 1,
    });
    expect(recent).toEqual([true]);
    expect((await door.health.read(account)).reliability).toBeCloseTo(0.95);
    const step = { error: null, detail: null, latencyMs: 1, cost: 1, isStep: true };
    expect(await door.health.note(account, step)).toEqual([true]);
    expect((await door.health.read(account)).reliability).toBeCloseTo(0.95);
  });
});

test('percentiles are of the nearest rank', () => {
  expect(percentiles([])).toBeNull();
  expect(percentiles([5])).toEqual({ p50: 5, p95: 5 });
  expect(percentiles([4, 1, 3, 2])).toEqual({ p50: 2, p95: 4 });
});
