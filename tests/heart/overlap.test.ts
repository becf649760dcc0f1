import { all, type Called, type ProviderScript, type Said, startHeart } from './heart.ts';

/** Daily bars that follow stored ones: the overlap that is read again is held against what is stored of it. */
let scripts: Record<string, Partial<ProviderScript>>;
const heart = await startHeart(() => [
  { name: 'yahoo', batch: 100, ...scripts.yahoo },
  { name: 'polygon', batch: 1, ...scripts.polygon },
]);

const DAY_MS = 86_400_000;
/** The day so many days ago. */
const day = (ago: number) => new Date(Date.now() - ago * DAY_MS).toISOString().slice(0, 10);
const right = (ago: number) => 100 + (ago % 3) / 2;

/** Says what it was asked for, from forty days ago to `last` days ago: right but for a factor. */
function saying(last: number, factor: (ago: number) => number = () => 1, splits: Record<number, string> = {}) {
  const barsOf = ({ from }: Called, symbol: string) =>
    Array.from({ length: 41 - last }, (_, i) => 40 - i)
      .filter((ago) => day(ago) >= (from ?? ''))
      .map((ago) => ({
        ...{ symbol, session: day(ago), open: null, high: null, low: null, volume: '1' },
        ...{ close: String(right(ago) * factor(ago)), splitRatio: splits[ago] ?? null },
      }));
  return {
    answer: (called: Called): Said => ({
      ...all('10')(called),
      bars: Object.fromEntries(called.symbols.map((symbol) => [symbol, barsOf(called, symbol)])),
    }),
  };
}
const withoutHistory = {
  answer: (called: Called): Said =>
    called.data === 'bars' ? { errors: new Map([[null, { kind: 'no_data', detail: 'none' }]]) } : all('10')(called),
};

let asked = 0;
async function refreshed(yahoo: Partial<ProviderScript>, polygon: Partial<ProviderScript> = withoutHistory) {
  scripts = { yahoo, polygon };
  await heart.ask('prices', { symbols: ['ODD-USD'], mode: 'full', max_age_s: asked++ });
  await heart.work();
}

type Stored = { ago: number; close: number; source: string; quality: string; ratio: string | null };
const stored = async () =>
  (
    await heart.pool.query<Stored & { session: string }>(
      'select session, close::float8, source, quality, split_ratio as ratio from daily_bars order by session desc',
    )
  ).rows.map(({ session, ...row }) => ({ ...row, ago: (Date.parse(day(0)) - Date.parse(session)) / DAY_MS }));
/** What is stored and good, but isn't right. */
const wrong = async (factor: (ago: number) => number = () => 1) =>
  (await stored()).filter(({ ago, close, quality }) => quality === 'good' && close !== right(ago) * factor(ago));
const held = async () => (await stored()).flatMap(({ ago, quality }) => (quality === 'good' ? [] : [ago]));
const anomalies = async () =>
  (await heart.pool.query('select "check", state, resolved_at is null as open from anomalies order by id')).rows;

beforeEach(async () => {
  scripts = {};
  await heart.clear();
  await heart.pool.query('delete from daily_bars');
  await refreshed(saying(5));
});

test.each([
  [100, 'unit_slip'],
  [2.45, 'split_gap'],
])(
  'an answer that is %d times too high as a whole replaces nothing, and what was new in it heals',
  async (factor, check) => {
    await refreshed(saying(4, () => factor));
    expect(await wrong()).toEqual([]);
    expect(await held()).toEqual([4]);
    expect(await anomalies()).toMatchObject([{ check: `bars.${check}`, state: 'suspect', open: true }]);
    await refreshed(saying(3, () => factor));
    expect(await wrong()).toEqual([]);
    expect(await held()).toEqual([3, 4]);
    await refreshed(saying(2));
    // From the first that is held on, with an overlap.
    expect(heart.calls.findLast(({ data }) => data === 'bars')?.from).toBe(day(8));
    expect(await wrong()).toEqual([]);
    expect(await held()).toEqual([]);
    expect(await anomalies()).toMatchObject([{ open: false }]);
  },
);

test.each([100, 0.5])(
  'a single bar that is %d times too high stays held for as long as its provider says so',
  async (factor) => {
    const one = (ago: number) => (ago === 4 ? factor : 1);
    for (const last of [4, 3, 2, 1]) {
      await refreshed(saying(last, one));
      // A fall by half may be the market's, until the next session takes it back.
      if (factor === 100 || last < 4) expect([last, await wrong(), await held()]).toEqual([last, [], [4]]);
    }
  },
);

test('a second provider that says what is stored brings what is new, and nothing else', async () => {
  await refreshed(
    saying(4, () => 0.01),
    saying(4, () => 1.01),
  );
  expect(await wrong()).toMatchObject([{ ago: 4, close: right(4) * 1.01 }]);
  expect((await stored()).map(({ source }) => source).slice(0, 3)).toEqual(['polygon', 'yahoo', 'yahoo']);
  expect(await held()).toEqual([]);
  expect(await anomalies()).toMatchObject([{ state: 'corrected', open: false }]);
});

test('an undeclared split is held, also when two providers are on its later basis and for as long as it lasts', async () => {
  for (const last of [4, 3, 2, 1]) {
    const quarter = saying(last, () => 0.25);
    await refreshed(quarter, quarter);
    expect(await wrong()).toEqual([]);
  }
  expect(await held()).toEqual([1, 2, 3, 4]);
  expect(await anomalies()).toMatchObject([{ check: 'bars.split_gap', state: 'suspect', open: true }]);
});

test('a split that is declared at last ends that', async () => {
  await refreshed(saying(4, () => 0.25));
  const after = (ago: number) => (ago <= 4 ? 0.25 : 1);
  await refreshed(saying(3, after, { 4: '4' }));
  expect(await wrong(after)).toEqual([]);
  expect(await held()).toEqual([]);
  expect((await stored()).find(({ ago }) => ago === 4)).toMatchObject({ ratio: '4' });
});

test('a correction that two providers agree on lands', async () => {
  await heart.pool.query('update daily_bars set close = close * 4 where session >= $1', [day(7)]);
  await refreshed(saying(4), saying(4));
  expect(await wrong()).toEqual([]);
  expect(await held()).toEqual([]);
  expect(await anomalies()).toMatchObject([{ check: 'bars.split_gap', state: 'accepted', open: false }]);
});

test('a split that prices show stays when it is left out later, on whichever basis', async () => {
  const after = (ago: number) => (ago <= 4 ? 0.25 : 1);
  await refreshed(saying(4, after, { 4: '4' }));
  for (const basis of [after, () => 0.25]) {
    await refreshed(saying(3, basis));
    expect(await wrong(after)).toEqual([]);
    expect((await stored()).find(({ ago }) => ago === 4)).toMatchObject({ ratio: '4' });
  }
});

test('a split that is told of weeks late is found where prices fell, and halves nothing any longer', async () => {
  await heart.pool.query('delete from daily_bars');
  await heart.pool.query('update assets set history_from = null');
  await refreshed(saying(21));
  const after = (ago: number) => (ago <= 20 ? 0.5 : 1);
  for (const last of [20, 19, 18, 17, 12, 8, 4]) await refreshed(saying(last, after));
  // Nobody told of any for so long that it was taken for the market's.
  expect(await held()).toEqual([]);
  await refreshed(saying(3, after, { 20: '2' }));
  expect(await wrong(after)).toEqual([]);
  expect((await stored()).find(({ ago }) => ago === 20)).toMatchObject({ ratio: '2' });
});
