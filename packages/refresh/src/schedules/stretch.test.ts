import { DEFAULT_SCHEDULES } from '@freshet/calendar';
import type { ProviderStatus, QuotaState } from '@freshet/contracts';
import { spaced, type Spending, stretchesOf } from './stretch.ts';

const now = new Date('2026-11-20T12:00:00Z');
const HOUR_S = 3_600;

const spends = (name: keyof typeof DEFAULT_SCHEDULES, lastCalls: Record<string, number>): Spending => ({
  ...{ name, spec: DEFAULT_SCHEDULES[name].spec, enabled: true, lastTick: now, lastCalls },
});
const EQUITIES = { quote: { classes: ['equity' as const], batch_max: 8, batch_best: 8, cost_best: 8 } };
const provider = (window: Partial<QuotaState>, more: Partial<ProviderStatus> = {}) =>
  ({
    ...{ provider: 'twelvedata', title: 'Twelve Data', enabled: true, breaker: 'closed', health: 'healthy' },
    serves: EQUITIES,
    windows: [
      {
        name: 'day',
        limit: 800,
        per_s: 86_400,
        counts: 'calls',
        used: 700,
        remaining: 100,
        resets_at: null,
        ...window,
      },
    ],
    ...more,
  }) as ProviderStatus;
/** Minutes between two ticks of those that are stretched. */
const minutes = (schedules: Spending[], ...providers: ProviderStatus[]) =>
  Object.fromEntries([...stretchesOf(schedules, providers, now)].map(([name, { gapMs }]) => [name, gapMs / 60_000]));

test('a budget that lasts stretches nothing', () => {
  // Ten calls every five minutes are 120 an hour.
  expect(minutes([spends('watchlist', { twelvedata: 10 })], provider({ schedules_per_s: 121 / HOUR_S }))).toEqual({});
});

test('one that would not is shared by all that spend there, each by the same factor, and by nobody else', () => {
  const schedules = [
    spends('watchlist', { twelvedata: 5 }),
    spends('portfolio', { twelvedata: 10, yahoo: 3 }),
    spends('live', { yahoo: 1 }),
    spends('hourly', {}),
  ];
  // 60 an hour each; 40 an hour are there.
  expect(minutes(schedules, provider({ schedules_per_s: 40 / HOUR_S }))).toEqual({ watchlist: 15, portfolio: 30 });
});

test('units count where a window counts units, and the window that lacks most decides', () => {
  const costly = provider({ counts: 'cost', schedules_per_s: 240 / HOUR_S });
  expect(minutes([spends('watchlist', { twelvedata: 5 })], costly)).toEqual({ watchlist: 10 });
  const both = provider(
    {},
    { windows: [...costly.windows, ...provider({ name: 'month', schedules_per_s: 15 / HOUR_S }).windows] },
  );
  expect(minutes([spends('watchlist', { twelvedata: 5 })], both)).toEqual({ watchlist: 20 });
});

test('what others that serve the same have to spare counts, as far as they are well; those that serve something else do not', () => {
  const schedules = [spends('watchlist', { twelvedata: 5 })];
  const short = provider({ schedules_per_s: 10 / HOUR_S });
  const other = (perHour: number | null, more: Partial<ProviderStatus> = {}) =>
    provider(
      { schedules_per_s: perHour === null ? null : perHour / HOUR_S },
      { provider: 'fmp', title: 'FMP', ...more },
    );
  expect(minutes(schedules, short)).toEqual({ watchlist: 30 });
  expect(minutes(schedules, short, other(20))).toEqual({ watchlist: 10 });
  expect(minutes(schedules, short, other(50))).toEqual({});
  // One without a day's limit serves them all.
  expect(minutes(schedules, short, other(null))).toEqual({});
  // One whose own schedules ask too much of it has nothing to spare, and takes nothing away either.
  const busy = [...schedules, spends('portfolio', { fmp: 5 })];
  expect(minutes(busy, short, other(10))).toEqual({ watchlist: 30, portfolio: 30 });
  const crypto = { serves: { quote: { ...EQUITIES.quote, classes: ['crypto' as const] } } };
  for (const more of [crypto, { enabled: false }, { breaker: 'open' as const }, { health: 'down' as const }])
    expect(minutes(schedules, short, other(null, more))).toEqual({ watchlist: 30 });
});

test('one that spends at two providers keeps the gap that the scarcer one asks for', () => {
  const schedules = [spends('watchlist', { twelvedata: 5, fmp: 5 })];
  const crypto = { quote: { ...EQUITIES.quote, classes: ['crypto' as const] } };
  const scarce = provider({ schedules_per_s: 10 / HOUR_S });
  const other = provider({ schedules_per_s: 30 / HOUR_S }, { provider: 'fmp', title: 'FMP', serves: crypto });
  expect(minutes(schedules, scarce, other)).toEqual({ watchlist: 30 });
  expect(minutes(schedules, other, scarce)).toEqual({ watchlist: 30 });
});

test('a spent one stops them until it begins anew, and not for longer', () => {
  const spent = provider({ schedules_per_s: 0, remaining: 0, resets_at: '2026-11-20T18:00:00.000Z' });
  expect(minutes([spends('watchlist', { twelvedata: 5 })], spent)).toEqual({ watchlist: 365 });
  expect(minutes([spends('watchlist', { twelvedata: 5 })], provider({ schedules_per_s: 0 }))).toEqual({
    watchlist: 24 * 60,
  });
});

test('the daily refresh, the close and short windows are never stretched', () => {
  const little = provider({ schedules_per_s: 0.0001 });
  expect(minutes([spends('daily', { twelvedata: 500 }), spends('close', { twelvedata: 500 })], little)).toEqual({});
  expect(minutes([spends('watchlist', { twelvedata: 500 })], provider({ schedules_per_s: null }))).toEqual({});
  expect(minutes([{ ...spends('watchlist', { twelvedata: 500 }), enabled: false }], little)).toEqual({});
});

test('it says so, to people', () => {
  const [stretch] = stretchesOf(
    [spends('watchlist', { twelvedata: 5 })],
    [provider({ schedules_per_s: 20 / HOUR_S })],
    now,
  ).values();
  expect(stretch?.notice).toBe(
    'Stretched so that the quota lasts: Twelve Data has 100 of 800 left for the day; ticks 15 min apart',
  );
});

test('ticks that come before their gap has passed are left out', () => {
  const at = (minute: number) => ({ at: new Date(now.getTime() + minute * 60_000) });
  const ticks = [5, 10, 15, 20, 25, 30].map(at);
  expect(spaced(ticks, now, { gapMs: 12 * 60_000, notice: '' })).toEqual([15, 30].map(at));
  expect(spaced(ticks, null, { gapMs: 12 * 60_000, notice: '' })).toEqual([5, 20].map(at));
  expect(spaced(ticks, now, undefined)).toEqual(ticks);
});
