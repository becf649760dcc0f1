import { type Queryable, portfoliosToCalculate } from '@freshet/store';
import { createBarsInMemory } from './bars-in-memory.ts';
import { createHoldingsInMemory } from './holdings-in-memory.ts';
import { calculatingWorld, weekdays } from './world.fixture.ts';

/** What a process remembers from one recalculation to the next: no more than there is room for, and nothing that has changed. */
const world = await calculatingWorld();
const DAYS = weekdays('2024-01-02', 50);
const SYMBOLS = ['AAPL', 'KO', 'XOM'];
const PORTFOLIOS = ['pf_1', 'pf_2', 'pf_3'];
const closes = (at: number) => Object.fromEntries(DAYS.map((session) => [session, at]));

/** What the database was asked for since the last look. */
let asked: string[][] = [];
let broken = false;
const db = {
  query: async (...args: [{ values: [string[]] }]) => {
    asked.push(args[0].values[0]);
    if (broken) throw new Error('the database is away');
    return (world.pool.query as (...all: unknown[]) => unknown)(...args);
  },
} as unknown as Queryable;
const askedFor = () => {
  const all = [...new Set(asked.flat())].toSorted();
  asked = [];
  return all;
};

beforeAll(async () => {
  await world.assets({ ...Object.fromEntries(SYMBOLS.map((symbol) => [symbol, {}])), NONE: {} });
  for (const symbol of SYMBOLS) await world.bars(symbol, closes(100));
  for (const id of PORTFOLIOS) await world.portfolio(id, { AAPL: '10' });
});
beforeEach(() => {
  [asked, broken] = [[], false];
});

describe('daily bars', () => {
  const versions = async (...symbols: string[]) => {
    const { rows } = await world.pool.query<{ symbol: string; barsVersion: number }>(
      'select symbol, bars_version as "barsVersion" from assets where symbol = any($1)',
      [symbols],
    );
    return symbols.flatMap((symbol) => rows.filter((row) => row.symbol === symbol));
  };
  const oneSize = async () => {
    const bars = createBarsInMemory();
    await bars.of(world.pool, await versions('AAPL'));
    return bars.bytes;
  };

  test('are read once, those that have none too, and again when they have changed', async () => {
    const bars = createBarsInMemory();
    const wanted = await versions('AAPL', 'KO', 'NONE');
    expect((await bars.of(db, wanted)).map(({ symbol }) => symbol)).toEqual(['AAPL', 'KO']);
    askedFor();
    expect((await bars.of(db, wanted)).map(({ symbol }) => symbol)).toEqual(['AAPL', 'KO']);
    expect(askedFor()).toEqual([]);
    await world.bars('KO', { [DAYS[49] as string]: 101 });
    const [, ko] = await bars.of(db, await versions('AAPL', 'KO', 'NONE'));
    expect([askedFor(), ko?.closes.at(-1)]).toEqual([['KO'], 101]);
  });

  test('that were used longest ago go first, and their room is free again', async () => {
    const size = await oneSize();
    const bars = createBarsInMemory(2 * size);
    await bars.of(db, await versions('AAPL'));
    await bars.of(db, await versions('KO'));
    await bars.of(db, await versions('AAPL'));
    await bars.of(db, await versions('XOM'));
    expect(bars.bytes).toBe(2 * size);
    askedFor();
    await bars.of(db, await versions('AAPL', 'XOM'));
    expect(askedFor()).toEqual([]);
    await bars.of(db, await versions('KO'));
    expect([askedFor(), bars.bytes]).toEqual([['KO'], 2 * size]);
  });

  test('that two ask for at once are read once; a read that fails spoils no later one', async () => {
    const bars = createBarsInMemory();
    const wanted = await versions('AAPL', 'KO');
    await Promise.all([bars.of(db, wanted), bars.of(db, wanted)]);
    expect(asked).toEqual([['AAPL', 'KO']]);
    broken = true;
    await expect(bars.of(db, await versions('XOM'))).rejects.toThrow('away');
    broken = false;
    expect(await bars.of(db, await versions('XOM'))).toHaveLength(1);
  });
});

describe('holdings', () => {
  const portfolios = (...ids: string[]) => portfoliosToCalculate(world.pool, ids);

  test('are read once, and again when the portfolio has another version', async () => {
    const holdings = createHoldingsInMemory();
    await holdings.of(db, await portfolios('pf_1', 'pf_2'));
    expect(askedFor()).toEqual(['pf_1', 'pf_2']);
    await world.hold('pf_2', 'KO', '5', '2024-02-01T00:00:00Z');
    const held = await holdings.of(db, await portfolios('pf_1', 'pf_2'));
    expect([askedFor(), held.get('pf_2')?.symbolsNow, held.get('pf_1')?.symbolsNow]).toEqual([
      ['pf_2'],
      ['AAPL', 'KO'],
      ['AAPL'],
    ]);
    await world.hold('pf_2', 'KO', '0', '2024-02-02T00:00:00Z');
    const sold = (await holdings.of(db, await portfolios('pf_2'))).get('pf_2');
    expect([sold?.symbolsNow, sold?.symbolsEver.toSorted()]).toEqual([['AAPL'], ['AAPL', 'KO']]);
  });

  test('that were used longest ago go first, and their room is free again', async () => {
    // Room for two: one takes some 800 bytes.
    const holdings = createHoldingsInMemory(2_000);
    for (const id of ['pf_1', 'pf_3', 'pf_1', 'pf_2']) await holdings.of(db, await portfolios(id));
    askedFor();
    await holdings.of(db, await portfolios('pf_1', 'pf_2'));
    expect(askedFor()).toEqual([]);
    for (let i = 0; i < 5; i++) await holdings.of(db, await portfolios('pf_3', 'pf_2'));
    expect(askedFor()).toEqual(['pf_3']);
  });
});
