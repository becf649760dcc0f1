import { completionOf } from '@freshet/contracts';
import type { ProviderStatus, RefreshRecord } from '@freshet/contracts';
import { estimateCalls, type Load } from './estimate.ts';

const now = new Date('2026-11-20T15:00:00Z');

function provider(
  more: Partial<ProviderStatus> & { window?: [limit: number, perS: number, remaining?: number] },
): ProviderStatus {
  const { window, ...rest } = more;
  return {
    ...{ provider: 'yahoo', title: 'Yahoo', enabled: true, because: null, notice: null, health: 'healthy' },
    ...{ reliability: 1, breaker: 'closed', parked_until: null, preference: { equity: 0 }, requests_per_minute: 0 },
    serves: { quote: { classes: ['equity'], batch_max: 10, batch_best: 10, cost_best: 1 } },
    windows: window
      ? [
          {
            ...{ name: 'window', limit: window[0], per_s: window[1], counts: 'calls', used: 0 },
            ...{ remaining: window[2] ?? window[0], resets_at: null, forecast: null },
          },
        ]
      : [],
    ...{
      concurrency: 4,
      latency_ms: { p50: 200, p95: 400 },
      last_success_at: null,
      failing_since: null,
      next_probe_at: null,
      last_error: null,
    },
    ...rest,
  } as ProviderStatus;
}

const quotes = (symbols: number): Load[] => [{ class: 'equity', data: 'quote', symbols }];

test('symbols are packed into calls, and as many calls as may be in flight share their time', () => {
  expect(estimateCalls(quotes(81), [provider({})], now)).toEqual({ calls: { yahoo: 9 }, duration_ms: 40 + 3 * 200 });
  expect(estimateCalls([], [provider({})], now)).toEqual({ calls: {}, duration_ms: 40 });
});

test('beyond what a window holds, the next ones are waited for, and that is said', () => {
  const limited = provider({ window: [8, 60] });
  expect(estimateCalls(quotes(80), [limited], now)).toEqual({ calls: { yahoo: 8 }, duration_ms: 40 + 400 });
  expect(estimateCalls(quotes(200), [limited], now)).toEqual({
    calls: { yahoo: 20 },
    duration_ms: 40 + 120_000 + 200,
    waiting_ms: 120_000 + 200 - 1_000,
  });
});

test('what would have to wait for long goes to the next provider, as far as its quota holds', () => {
  const first = provider({ window: [8, 60] });
  const second = provider({ provider: 'finnhub', preference: { equity: 1 }, window: [60, 60] });
  expect(estimateCalls(quotes(200), [second, first], now)).toEqual({
    calls: { yahoo: 8, finnhub: 12 },
    duration_ms: 40 + 600,
  });
  const parked = { ...first, parked_until: new Date(now.getTime() + 60_000).toISOString() };
  expect(estimateCalls(quotes(20), [parked, second], now).calls).toEqual({ finnhub: 2 });
});

describe('a day of which something is kept for more urgent classes', () => {
  const from = '2026-11-20T22:00:00.000Z';
  const until = '2026-11-21T00:00:00.000Z';
  const midnight = '2026-11-21T00:15:00.000Z';
  const day = (held: number, release: { from: string; until: string } | null) => {
    const { windows, ...rest } = provider({ window: [100, 86_400, 80] });
    const resets_at = release && midnight;
    return {
      ...rest,
      windows: windows.map((each) => ({ ...each, resets_at, shares: { held: { low: held }, release } })),
    };
  };
  const waits = (calls: number, of: ProviderStatus, priority: 'high' | 'low', at = now) =>
    estimateCalls(quotes(10 * calls), [of], at, 0, {}, priority).waiting_ms ?? 0;
  const HOUR_MS = 3_600_000;

  test('serves a class what is left for it at once, and the rest when it is released', () => {
    const kept = day(60, { from, until });
    expect([waits(20, kept, 'low'), waits(80, kept, 'high')]).toEqual([0, 0]);
    // All 60 are kept until 22:00 and released evenly until midnight: half of them at 23:00, eight hours from now.
    expect(waits(50, kept, 'low')).toBeCloseTo(8 * HOUR_MS + 200 - 13 * 200, -1);
    expect(waits(80, kept, 'low')).toBeCloseTo(9 * HOUR_MS + 200 - 20 * 200, -1);
    // Half way through, half is kept: 15 of the other 30 are free half an hour later.
    const later = new Date('2026-11-20T23:00:00.000Z');
    expect(waits(65, day(30, { from, until }), 'low', later)).toBeCloseTo(HOUR_MS / 2 + 200 - 17 * 200, -1);
  });

  test('lends it one by one if it never resets', () => {
    expect(waits(50, day(60, null), 'low')).toBeCloseTo(12 * HOUR_MS + 200 - 13 * 200, -1);
  });

  test('sends a class on to a provider that has something left for it', () => {
    const second = provider({ provider: 'finnhub', preference: { equity: 1 } });
    const calls = (priority: 'high' | 'low') =>
      estimateCalls(quotes(300), [day(60, { from, until }), second], now, 0, {}, priority).calls;
    expect([calls('low'), calls('high')]).toEqual([{ yahoo: 20, finnhub: 10 }, { yahoo: 30 }]);
  });
});

test('who fails is not asked: at all while its breaker is open, else after the others', () => {
  const first = provider({});
  const second = provider({ provider: 'finnhub', preference: { equity: 1 } });
  for (const trouble of [{ breaker: 'open' }, { breaker: 'half_open', health: 'down' }] as const)
    expect(estimateCalls(quotes(20), [{ ...first, ...trouble }, second], now).calls).toEqual({ finnhub: 2 });
  expect(estimateCalls(quotes(20), [{ ...first, breaker: 'open' }], now).calls).toEqual({});
  expect(estimateCalls(quotes(20), [{ ...first, breaker: 'half_open', health: 'down' }], now).calls).toEqual({
    yahoo: 2,
  });
});

test('a window of seconds is waited for, and sends nobody to the next provider', () => {
  const first = provider({ window: [2, 10] });
  const second = provider({ provider: 'finnhub', preference: { equity: 1 } });
  expect(estimateCalls(quotes(60), [first, second], now).calls).toEqual({ yahoo: 6 });
});

test('classes share a provider’s units, and what waits there before them comes first', () => {
  const weighing = provider({ window: [10, 60], preference: { equity: 0, etf: 0 } });
  weighing.serves = { quote: { classes: ['equity', 'etf'], batch_max: 10, batch_best: 10, cost_best: 2 } };
  for (const window of weighing.windows) window.counts = 'cost';
  const second = provider({ provider: 'finnhub', preference: { equity: 1, etf: 1 } });
  second.serves = weighing.serves;
  const loads: Load[] = [...quotes(30), { class: 'etf', data: 'quote', symbols: 30 }];
  expect(estimateCalls(loads, [weighing, second], now).calls).toEqual({ yahoo: 5, finnhub: 1 });
  const alone = (ahead: number) => estimateCalls(quotes(30), [weighing], now, 0, { yahoo: ahead }).waiting_ms ?? 0;
  expect(alone(20)).toBe(0);
  expect(alone(30)).toBeGreaterThan(0);
});

/** A provider with so many calls in flight, its answers' times, and a quota whose window slides. */
interface World {
  calls: number;
  batch?: number;
  inFlight: number;
  latencyMs: (call: number) => number;
  window?: [limit: number, perS: number];
  /** Calls of others that use the same quota, as many of them between two of ours. */
  others?: number;
}

/** When each call lands: it begins when a slot is free and the window allows, and occupies the window until after its answer. */
function landings({ calls, inFlight, latencyMs, window, others = 0 }: World): number[] {
  const slots = Array.from({ length: inFlight }, () => 0);
  const freed: number[] = [];
  const landed: number[] = [];
  for (let call = 0; call < calls * (1 + others); call++) {
    const slot = slots.indexOf(Math.min(...slots));
    let at = slots[slot] as number;
    if (window && freed.length >= window[0])
      at = Math.max(at, freed.toSorted((a, b) => a - b)[freed.length - window[0]] as number);
    const answered = at + latencyMs(call);
    slots[slot] = answered;
    if (window) freed.push(answered + window[1] * 1_000);
    if (call % (1 + others) === others) landed.push(answered);
  }
  return landed.sort((a, b) => a - b);
}

/** The same numbers every time. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const between = (lowest: number, highest: number, seed = 7) => {
  const next = random(seed);
  return () => lowest + (highest - lowest) * next();
};

/** The largest error of the ETA from a quarter of the fetching on, as a share of the whole time. */
function worst(world: World, estimate: { calls: Record<string, number>; duration_ms: number }): number {
  const landed = landings(world);
  const endMs = landed.at(-1) as number;
  const { batch = 10, calls } = world;
  let error = 0;
  for (const [i, ms] of landed.entries()) {
    const done = i + 1;
    if (done === calls || (done < calls / 4 && ms < endMs / 4)) continue;
    const record = {
      ...{ status: 'in_progress', step: 'fetching', startedAt: now, changedAt: new Date(now.getTime() + ms) },
      ...{ total: calls * batch, fetches: calls * batch, open: (calls - done) * batch, calculated: 0 },
      ...{ providerCalls: { yahoo: done }, estimate },
    } as unknown as RefreshRecord;
    const eta = completionOf(record);
    expect(eta).not.toBeNull();
    error = Math.max(error, Math.abs((eta?.getTime() ?? 0) - now.getTime() - endMs) / endMs);
  }
  return error;
}

const steady = (ms: number) => () => ms;
const worlds: [string, World, Partial<ProviderStatus> & { window?: [number, number, number?] }][] = [
  ['one call after the other', { calls: 20, inFlight: 1, latencyMs: steady(200) }, { concurrency: 1 }],
  ['four at a time', { calls: 50, inFlight: 4, latencyMs: steady(200) }, {}],
  ['four at a time, answers after 50 to 500 ms', { calls: 40, inFlight: 4, latencyMs: between(50, 500) }, {}],
  [
    'all at once, answers after 50 to 500 ms',
    { calls: 20, inFlight: 20, latencyMs: between(50, 500) },
    { concurrency: 20 },
  ],
  ['three times as slow as known', { calls: 60, inFlight: 4, latencyMs: steady(600) }, {}],
  ['three times as fast as known', { calls: 60, inFlight: 4, latencyMs: steady(66) }, {}],
  ['eight a minute', { calls: 20, inFlight: 4, latencyMs: steady(200), window: [8, 60] }, { window: [8, 60] }],
  [
    'eight a minute, many minutes',
    { calls: 100, inFlight: 4, latencyMs: between(50, 500), window: [8, 60] },
    { window: [8, 60] },
  ],
  [
    'eight a minute, just more than one window holds',
    { calls: 12, inFlight: 4, latencyMs: steady(200), window: [8, 60] },
    { window: [8, 60] },
  ],
  [
    'sixty a minute',
    { calls: 200, inFlight: 8, latencyMs: between(50, 500), window: [60, 60] },
    { window: [60, 60], concurrency: 8 },
  ],
  [
    'five a second',
    { calls: 60, inFlight: 8, latencyMs: steady(200), window: [5, 1] },
    { window: [5, 1], concurrency: 8 },
  ],
  [
    'a quota that others use as much',
    { calls: 60, inFlight: 4, latencyMs: steady(200), window: [8, 60], others: 1 },
    { window: [8, 60] },
  ],
];

test.each(worlds)(
  'from a quarter of the way on the ETA is within half of the whole time: %s',
  (_name, world, known) => {
    const estimate = estimateCalls(quotes(world.calls * 10), [provider(known)], now);
    const error = worst(world, estimate);
    expect(error).toBeLessThanOrEqual(0.5);
  },
);
