import { adjustmentFactors, type Bar, type TradedClose } from '@freshet/market';
import { withDatabase } from '@freshet/testing';
import fc from 'fast-check';
import { ensureAssets } from './assets-write.ts';
import { packBars } from './bars-pack.ts';
import { storeBars } from './bars-write.ts';
import { withTx } from '../database/pool.ts';

const { pool } = await withDatabase({ durable: false });
beforeEach(async () => {
  await pool.query('truncate assets, daily_bars');
  const kind = { class: 'equity', currency: 'USD', calendar: 'XNYS', sector: null, indexes: [] };
  await ensureAssets(pool, [{ ...kind, symbol: 'KO', name: 'Coca-Cola', volatility: 0.3 }]);
});

const bar = (session: string, close: string, more: Partial<Bar> = {}): Bar => ({
  ...{ symbol: 'KO', session, open: null, high: null, low: null, close, volume: null },
  ...more,
});

interface Answer {
  source?: string;
  askedFrom?: string;
  provisional?: string[];
  suspect?: string[];
}

/** What changed, when this answer was stored. */
const store = (bars: Bar[], { source = 'yahoo', askedFrom, provisional = [], suspect = [] }: Answer = {}) => {
  const about = { symbol: 'KO', source, currency: 'USD', fetchedAt: new Date(), refreshId: null };
  const marks = { provisional: new Set(provisional), suspect: new Set(suspect) };
  const series = packBars({ ...about, ...marks, askedFrom: askedFrom ?? null, bars });
  return withTx(pool, (client) => storeBars(client, [series]));
};

const stored = async (columns: string) => (await pool.query(`select ${columns} from daily_bars order by session`)).rows;
const asset = async () =>
  (await pool.query('select history_from as "from", bars_version as version, volatility from assets')).rows[0];

test('a provisional bar becomes final, and a suspect one good, also when its prices stay the same', async () => {
  const bars = [bar('2026-01-05', '10'), bar('2026-01-06', '11')];
  await store(bars, { provisional: ['2026-01-06'], suspect: ['2026-01-05'] });
  expect(await store(bars)).toEqual(new Set(['KO']));
  expect(await stored('provisional, quality')).toEqual([
    { provisional: false, quality: 'good' },
    { provisional: false, quality: 'good' },
  ]);
});

test.each([
  ['split', { splitRatio: '2' }],
  ['dividend', { dividend: '1' }],
])('a %s stays with the provider that told of it, while the prices come from another one', async (_, told) => {
  await store([bar('2026-01-05', '10'), bar('2026-01-06', '11', told)]);
  for (const close of ['11.1', '11.2']) await store([bar('2026-01-06', close)], { source: 'polygon' });
  const kept = { splitRatio: null, dividend: null, ...told };
  const columns = 'split_ratio as "splitRatio", dividend, close, source';
  expect((await stored(columns)).at(-1)).toEqual({ ...kept, close: '11.2', source: 'yahoo' });
});

test.each([
  ['split', { splitRatio: '2' }, '0.5'],
  ['dividend', { dividend: '1' }, '0.9'],
])('older history comes onto the basis of a %s that its own answer doesn’t tell of', async (_, told, factor) => {
  await store([bar('2026-01-07', '11', told)]);
  await store([bar('2026-01-06', '10'), bar('2026-01-07', '11')], { source: 'polygon' });
  expect((await stored('adjustment')).map(({ adjustment }) => adjustment)).toEqual([factor, '1']);
});

test('history begins where anybody has asked from, and to ask further back in vain is no change of the series', async () => {
  expect(await store([], { askedFrom: '2026-01-09' })).toEqual(new Set());
  await store([bar('2026-01-05', '10')], { askedFrom: '2026-01-05' });
  const { version } = await asset();
  expect(await store([bar('2026-01-05', '10')], { askedFrom: '2025-01-01' })).toEqual(new Set());
  expect(await asset()).toMatchObject({ from: '2025-01-01', version });
  await store([bar('2026-01-06', '11')], { askedFrom: '2026-01-05' });
  expect(await asset()).toMatchObject({ from: '2025-01-01' });
});

test('a series that is too short to measure leaves what is known of the symbol’s volatility', async () => {
  await store([bar('2026-01-05', '10'), bar('2026-01-06', '11')]);
  expect(await asset()).toMatchObject({ volatility: 0.3 });
});

const days = fc.record({
  day: fc.integer({ min: 1, max: 8 }),
  close: fc.constantFrom('10', '11'),
  told: fc.constantFrom({}, {}, {}, { splitRatio: '2' }, { dividend: '1' }),
  suspect: fc.constantFrom(false, false, false, true),
});
/** About some of eight sessions, from a provider that tells of splits and dividends as it sees fit. */
const answer = fc.record({
  source: fc.constantFrom('yahoo', 'polygon'),
  bars: fc.uniqueArray(days, { selector: ({ day }) => day, minLength: 1 }),
});
type Told = typeof answer extends fc.Arbitrary<infer Each> ? Each : never;
const plain = { close: '10', told: {}, suspect: false } as const;
/** The split is taken back by an answer that begins before all that is stored. */
const TAKEN_BACK: Told[] = [
  {
    source: 'yahoo',
    bars: [
      { ...plain, day: 2 },
      { ...plain, day: 3, told: { splitRatio: '2' } },
    ],
  },
  {
    source: 'yahoo',
    bars: [
      { ...plain, day: 1 },
      { ...plain, day: 3 },
    ],
  },
];

test('whatever answers come in whatever order: the stored series stands on one basis', async () => {
  const session = (day: number) => `2026-01-0${day}`;
  await fc.assert(
    fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 5 }), async (answers) => {
      await pool.query('delete from daily_bars');
      for (const { source, bars } of answers) {
        await store(
          bars.map(({ day, close, told }) => bar(session(day), close, told)),
          { source, suspect: bars.filter(({ suspect }) => suspect).map(({ day }) => session(day)) },
        );
        const series = await stored('close, split_ratio as "splitRatio", dividend, quality, adjustment');
        expect(series.map(({ adjustment }) => adjustment)).toEqual(adjustmentFactors(series as TradedClose[]));
      }
    }),
    { numRuns: 100, examples: [[TAKEN_BACK]] },
  );
});
