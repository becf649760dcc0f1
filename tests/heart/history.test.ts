import type { Bar } from '@freshet/market';
import { awayFromTheEndOf } from '@freshet/testing';
import { all, type Called, itemsOf, type ProviderScript, type Said, sessionsTold, startHeart } from './heart.ts';

/** Daily bars, through the real record: what is asked for again, and who is asked when a bar can hardly be true. */
let scripts: Record<string, Partial<ProviderScript>>;
const heart = await startHeart(() => [
  { name: 'yahoo', batch: 100, ...scripts.yahoo },
  { name: 'polygon', batch: 1, ...scripts.polygon },
]);

// At midnight another session begins, which nobody has asked for yet.
beforeEach(() => awayFromTheEndOf(86_400_000, 25_000), 60_000);
beforeEach(async () => {
  scripts = {};
  await heart.clear();
  await heart.pool.query('delete from daily_bars');
});

const barCalls = () => heart.calls.filter(({ data }) => data === 'bars').map(({ provider }) => provider);
const nothing: Said = { errors: new Map([[null, { kind: 'no_data', detail: 'no history' }]]) };
const withoutHistory = { answer: (called: Called) => (called.data === 'bars' ? nothing : all('10')(called)) };

const SESSIONS = ['2026-10-12', '2026-10-13', '2026-10-14', '2026-10-15', '2026-10-16'];
const barsOf = (symbol: string, closes: number[], splits: Record<string, string> = {}) =>
  closes.map((close, i) => ({
    ...{ symbol, session: SESSIONS[i] as string, open: null, high: null, low: null, close: String(close), volume: '1' },
    splitRatio: splits[SESSIONS[i] as string] ?? null,
  }));
const saying = (closes: number[], splits?: Record<string, string>) => ({
  answer: (called: Called): Said => ({
    ...all('10')(called),
    bars: Object.fromEntries(called.symbols.map((symbol) => [symbol, barsOf(symbol, closes, splits)])),
  }),
});
const historyFrom = async () =>
  (await heart.pool.query<{ day: string }>('select history_from as day from assets')).rows[0]?.day;
const stored = async () =>
  (await heart.pool.query('select close::float8, quality, source from daily_bars order by session')).rows;
const anomalies = async () =>
  (await heart.pool.query(`select "check", state, resolved_at is null as open, resolution from anomalies`)).rows;

test('a bar that can hardly be true is corrected by a second provider, and by it alone', async () => {
  scripts = { yahoo: saying([10, 10.1, 1010, 10, 10.2]), polygon: saying([10.1, 10.2, 10.15, 10.1, 10.3]) };
  const id = await heart.ask('prices', { symbols: ['ODD-USD'], mode: 'full' });
  await heart.step('refresh');
  while (barCalls().length === 0) await heart.step('fetch-yahoo');
  // In quarantine: seen with its mark, and never calculated with.
  expect((await stored())[2]).toEqual({ close: 1010, quality: 'suspect', source: 'yahoo' });
  expect(await anomalies()).toMatchObject([{ check: 'bars.unit_slip', state: 'held', open: true }]);
  await heart.work();
  expect(barCalls()).toEqual(['yahoo', 'polygon']);
  expect(await stored()).toEqual([
    { close: 10, quality: 'good', source: 'yahoo' },
    { close: 10.1, quality: 'good', source: 'yahoo' },
    { close: 10.15, quality: 'good', source: 'polygon' },
    { close: 10, quality: 'good', source: 'yahoo' },
    { close: 10.2, quality: 'good', source: 'yahoo' },
  ]);
  expect(await anomalies()).toEqual([
    {
      check: 'bars.unit_slip',
      state: 'corrected',
      open: false,
      resolution: 'polygon says otherwise of 2026-10-14: 10.15',
    },
  ]);
  expect((await itemsOf(heart.pool, id)).map(({ data, state }) => `${data} ${state}`)).toEqual([
    'bars updated',
    'quote updated',
  ]);
});

test('when nobody can give a second opinion the bar is published as suspect, and the refresh ends well', async () => {
  scripts = { yahoo: saying([10, 10.1, 1010, 10, 10.2]), polygon: withoutHistory };
  const id = await heart.ask('prices', { symbols: ['ODD-USD'], mode: 'full' });
  await heart.work();
  expect((await stored())[2]).toMatchObject({ close: 1010, quality: 'suspect' });
  expect(await anomalies()).toMatchObject([{ state: 'suspect', open: true }]);
  expect((await itemsOf(heart.pool, id)).every(({ state }) => state === 'updated')).toBe(true);
});

/** The third session's high is below its close. */
const withWrong = {
  answer: (called: Called): Said => {
    const [first, second, third] = barsOf('ODD-USD', [10, 10.1, 10.2]) as [Bar, Bar, Bar];
    return { ...all('10')(called), bars: { 'ODD-USD': [first, second, { ...third, high: '9' }] } };
  },
};

test('a bar that can’t be true isn’t stored, and a second provider is asked for its session', async () => {
  scripts = { yahoo: withWrong, polygon: saying([10.1, 10.2, 10.15, 10.1, 10.3]) };
  await heart.ask('prices', { symbols: ['ODD-USD'], mode: 'full' });
  await heart.step('refresh');
  while (barCalls().length === 0) await heart.step('fetch-yahoo');
  expect((await stored()).map(({ close }) => close)).toEqual([10, 10.1]);
  expect(await anomalies()).toMatchObject([{ check: 'bars.consistent', state: 'rejected', open: true }]);
  await heart.work();
  expect((await stored())[2]).toEqual({ close: 10.15, quality: 'good', source: 'polygon' });
  expect(await anomalies()).toMatchObject([{ state: 'corrected', open: false }]);
});

test('what was rejected stays so when nobody has anything better', async () => {
  scripts = { yahoo: withWrong, polygon: withoutHistory };
  const id = await heart.ask('prices', { symbols: ['ODD-USD'], mode: 'full' });
  await heart.work();
  expect(barCalls()).toEqual(['yahoo', 'polygon']);
  expect(await anomalies()).toMatchObject([{ state: 'rejected', open: true }]);
  expect((await itemsOf(heart.pool, id)).every(({ state }) => state === 'updated')).toBe(true);
});

describe('a gap as of a split that nobody declared', () => {
  const raw = [400, 404, 101, 100, 102];
  const full = { symbols: ['ODD-USD'], mode: 'full' as const };
  const adjusted = async () =>
    (
      await heart.pool.query<{ close: number; quality: string }>(
        'select (close * adjustment)::float8 as close, quality from daily_bars order by session',
      )
    ).rows.map(({ close, quality }) => `${close} ${quality}`);

  test('stays in quarantine when a second provider says the same', async () => {
    scripts = { yahoo: saying(raw), polygon: saying(raw) };
    await heart.ask('prices', full);
    await heart.work();
    expect(barCalls()).toEqual(['yahoo', 'polygon']);
    expect(await adjusted()).toEqual(['400 suspect', '404 suspect', '101 good', '100 good', '102 good']);
    expect(await anomalies()).toMatchObject([{ check: 'bars.split_gap', state: 'suspect', open: true }]);
  });

  test('is over when a second provider declares the split', async () => {
    const declaring = saying(raw, { '2026-10-14': '4' });
    scripts = { yahoo: saying(raw), polygon: declaring };
    await heart.ask('prices', full);
    await heart.work();
    expect(await adjusted()).toEqual(['100 good', '101 good', '101 good', '100 good', '102 good']);
    expect(await anomalies()).toMatchObject([{ state: 'accepted', open: false }]);
  });

  test('is over when a second provider’s closes are on the later basis', async () => {
    scripts = { yahoo: saying(raw), polygon: saying([100, 101, 101, 100, 102]) };
    await heart.ask('prices', full);
    await heart.work();
    expect(await adjusted()).toEqual(['100 good', '101 good', '101 good', '100 good', '102 good']);
    expect(await anomalies()).toMatchObject([{ state: 'corrected', open: false }]);
  });

  test('of the last days stays there too when the second provider’s closes are on the later basis', async () => {
    scripts = { yahoo: saying([400, 404, 402, 400, 101]), polygon: saying([100, 101, 100.5, 100, 101]) };
    await heart.ask('prices', full);
    await heart.work();
    expect((await adjusted()).at(-1)).toBe('101 suspect');
  });
});

describe('a declared split that prices as traded don’t show', () => {
  const raw = [10, 10.1, 10.05, 10, 10.2];
  const declaring = saying(raw, { '2026-10-14': '4' });
  const told = async () =>
    (
      await heart.pool.query<{ split_ratio: string | null; adjustment: string; quality: string }>(
        'select split_ratio, adjustment, quality from daily_bars order by session',
      )
    ).rows.map(({ split_ratio: ratio, adjustment, quality }) => `${ratio} ${adjustment} ${quality}`);
  const asked = async () => {
    await heart.ask('prices', { symbols: ['ODD-USD'], mode: 'full' });
    await heart.work();
  };
  const believed = (third: string) => ['null 1 good', 'null 1 good', third, 'null 1 good', 'null 1 good'];

  test('multiplies nothing, and its session waits for somebody who knows', async () => {
    scripts = { yahoo: declaring, polygon: withoutHistory };
    await asked();
    expect(barCalls()).toEqual(['yahoo', 'polygon']);
    expect(await told()).toEqual(believed('null 1 suspect'));
    expect(await anomalies()).toMatchObject([{ check: 'bars.split_gap', state: 'suspect', open: true }]);
  });

  test('is forgotten when a second provider says the same without it', async () => {
    scripts = { yahoo: declaring, polygon: saying(raw) };
    await asked();
    expect(await told()).toEqual(believed('null 1 good'));
    expect(await anomalies()).toMatchObject([{ state: 'accepted', open: false }]);
  });

  test('stays out when a second provider declares it too, over the same prices', async () => {
    scripts = { yahoo: declaring, polygon: declaring };
    await asked();
    expect(await told()).toEqual(believed('null 1 suspect'));
    expect(await anomalies()).toMatchObject([{ state: 'suspect', open: true }]);
  });
});

describe('a split that prices show before anybody has told of it', () => {
  const today = () => new Date().toISOString().slice(0, 10);
  const quality = async () =>
    (
      await heart.pool.query<{ price: number; good: number | null; quality: string }>(
        'select price::float8, good_price::float8 as good, quality from latest_quotes',
      )
    ).rows[0];
  const refreshed = async () => {
    const id = await heart.ask('symbols', { symbols: ['ODD-USD'], mode: 'incremental', max_age_s: 0 });
    await heart.work();
    return id;
  };
  const saysNow = (price: string, splitRatio: string | null = null) => ({
    answer: (called: Called): Said => {
      const bar = barsOf('ODD-USD', [Number(price)]).map((each) => ({ ...each, session: today(), splitRatio }));
      return { ...all(price)(called), bars: { 'ODD-USD': bar } };
    },
  });

  test.each([
    ['1', '10'],
    ['6.7', '1.5'],
  ])(
    'keeps the last good price until bars through its session declare it: %s after a split %s',
    async (price, ratio) => {
      await refreshed();
      scripts = { yahoo: saysNow(price, ratio), polygon: saysNow(price) };
      await refreshed();
      expect(await quality()).toEqual({ price: Number(price), good: 10, quality: 'suspect' });
      expect(barCalls()).toEqual([]);
      // The next one wants the bars as well, and what it asked of prices before they came is suspect still.
      const id = await refreshed();
      expect((await itemsOf(heart.pool, id)).map(({ data, state }) => `${data} ${state}`)).toEqual([
        'bars updated',
        'quote updated',
      ]);
      expect(heart.calls.findLast(({ data }) => data === 'bars')?.to).toBe(today());
      await refreshed();
      expect(await quality()).toEqual({ price: Number(price), good: null, quality: 'good' });
      expect(barCalls()).toEqual(['yahoo']);
      expect(await anomalies()).toMatchObject([{ check: 'split_gap', open: false }]);
    },
  );

  test('is none when bars through its session declare none, and they are asked once', async () => {
    await refreshed();
    scripts = { yahoo: saysNow('1'), polygon: saysNow('1') };
    for (let i = 0; i < 3; i++) await refreshed();
    expect(await quality()).toEqual({ price: 1, good: null, quality: 'good' });
    expect(barCalls()).toEqual(['yahoo']);
  });
});

test('history that nobody has is asked for once along the chain, and again in another month', async () => {
  scripts = { yahoo: withoutHistory, polygon: withoutHistory };
  const full = { symbols: ['NEW-USD'], mode: 'full' as const, max_age_s: 0 };
  const id = await heart.ask('prices', full);
  await heart.work();
  expect(barCalls()).toEqual(['yahoo', 'polygon']);
  expect(await itemsOf(heart.pool, id)).toMatchObject([{ data: 'bars', state: 'skipped', reason: 'no_data' }, {}]);

  await heart.ask('prices', { ...full, max_age_s: 1 });
  await heart.work();
  expect(barCalls()).toHaveLength(2);

  await heart.pool.query(`update assets set history_from = history_from - interval '1 month'`);
  scripts = {};
  await heart.ask('prices', { ...full, max_age_s: 2 });
  await heart.work();
  expect(barCalls()).toEqual(['yahoo', 'polygon', 'yahoo']);
});

test('history of somebody who reaches less far back is asked for again when somebody who reaches further can be asked', async () => {
  const full = { symbols: ['SHORT-USD'], mode: 'full' as const };
  const down = () => ({ forMs: 60 * 60_000, kind: 'rate_limited' as const });
  scripts = { yahoo: { refuses: down }, polygon: { historyDays: 140 } };
  await heart.ask('prices', { ...full, max_age_s: 0 });
  await heart.work();
  expect(barCalls()).toEqual(['polygon']);
  await sessionsTold(heart.pool);

  scripts = { polygon: { historyDays: 140 } };
  heart.parked.clear();
  await heart.ask('prices', { ...full, max_age_s: 1 });
  await heart.work();
  expect(barCalls()).toEqual(['polygon', 'yahoo']);
  expect(await historyFrom()).toBe(heart.calls.at(-1)?.from);
  await sessionsTold(heart.pool);

  await heart.ask('prices', { ...full, max_age_s: 2 });
  await heart.work();
  expect(barCalls()).toHaveLength(2);
});

test('history that whoever reaches further has nothing of isn’t asked for again', async () => {
  scripts = { yahoo: withoutHistory, polygon: { historyDays: 140 } };
  const full = { symbols: ['SHORT-USD'], mode: 'full' as const };
  for (const maxAge of [0, 1]) {
    await heart.ask('prices', { ...full, max_age_s: maxAge });
    await heart.work();
    await sessionsTold(heart.pool);
  }
  expect(barCalls()).toEqual(['yahoo', 'polygon']);
});

test('the date of a report comes with a price, is written when it is new and costs nothing after that', async () => {
  const today = new Date().toISOString().slice(0, 10);
  const saysReport = (date: string) => ({
    answer: (called: Called): Said => ({ ...all('10')(called), earnings: { 'REP-USD': date } }),
  });
  const writes = async () => {
    const { rows } = await heart.pool.query('select xmin::text, earnings_on from assets');
    return rows[0];
  };
  scripts = { yahoo: saysReport('2027-01-28') };
  await heart.ask('prices', { symbols: ['REP-USD'] });
  await heart.work();
  const first = await writes();
  expect(first.earnings_on).toBe('2027-01-28');
  await heart.ask('prices', { symbols: ['REP-USD'], mode: 'incremental' });
  await heart.work();
  expect(await writes()).toEqual(first);
  scripts = { yahoo: saysReport(today) };
  await heart.ask('prices', { symbols: ['REP-USD'], mode: 'incremental', max_age_s: 0 });
  await heart.work();
  expect((await writes()).earnings_on).toBe(today);
});
