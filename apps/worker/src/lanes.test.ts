import type { ChainAsk } from '@freshet/refresh';
import { createLanes } from './lanes.ts';
import type { OpenProviders } from './open-providers.ts';

/** A provider whose calls take up to ten symbols, and one that is asked for one at a time. Whether it is well again the first alone is to show. */
function lanes(room: { calls: number; units: number } | null = null) {
  const endpoint = { classes: ['equity'], batchBest: 10, cost: (symbols: number) => 2 * symbols };
  const single = { classes: ['equity'], batchBest: 1, cost: () => 1, historyDays: 100 };
  const all = [
    { provider: { name: 'wide', serves: { quote: endpoint, bars: single } } },
    { provider: { name: 'narrow', serves: { quote: single } } },
    { provider: { name: 'endless', serves: { bars: { ...single, historyDays: undefined } } } },
  ];
  const watch = {
    chain: (_: unknown, tried: string[]) => ['wide', 'narrow'].filter((name) => !tried.includes(name)),
    room: () => room,
    unprovenFor: () => 'wide',
    couldProve: (name: string) => name === 'wide',
    whyNobody: (_: unknown, tried: string[]) => `asked: ${tried.join(', ')}`,
  };
  return createLanes({ all, watch } as unknown as OpenProviders);
}
const apple: ChainAsk = { symbol: 'AAPL', class: 'equity', data: 'quote', tried: [] };

test.each([
  ['two best batches', { calls: 2, units: 1000 }, 20],
  ['what its units pay for in best batches', { calls: Infinity, units: 55 }, 20],
  ['one best batch', { calls: 1, units: 1000 }, 10],
  ['less than a batch where its units pay for no more', { calls: 1, units: 6 }, 3],
  ['nothing without units', { calls: 5, units: 1 }, 0],
  ['nothing without calls', { calls: 0, units: 1000 }, 0],
])('a lane has room for %s', (_, room, symbols) => {
  expect(lanes(room).room('wide', 'quote')).toBe(symbols);
});

test('a lane that is spent for long has no room, which is less than none now', () => {
  expect(lanes().room('wide', 'quote')).toBeNull();
});

test('who spoils batches for a symbol is asked last for it, and who is forbidden it not at all; neither tries for others whether it is well', () => {
  const those = lanes();
  const tries = (ask: ChainAsk) => [those.wouldBeFirst('wide', ask), those.couldProve('wide', ask)];
  expect([those.chain(apple), tries(apple)]).toEqual([
    ['wide', 'narrow'],
    [true, true],
  ]);
  expect([those.wouldBeFirst('narrow', apple), those.couldProve('narrow', apple)]).toEqual([false, false]);
  those.spoils('wide', 'AAPL', 'quote');
  expect([those.chain(apple), tries(apple)]).toEqual([
    ['narrow', 'wide'],
    [false, false],
  ]);
  const cisco = { ...apple, symbol: 'CSCO' };
  those.forbids('wide', 'CSCO', 'quote', 'not in this plan');
  expect([those.chain(cisco), tries(cisco)]).toEqual([['narrow'], [false, false]]);
  expect(those.forbidden(cisco)).toEqual([{ provider: 'wide', reason: 'plan_forbids', detail: 'not in this plan' }]);
  const msft = { ...apple, symbol: 'MSFT' };
  expect([those.chain(msft), those.chain({ ...msft, tried: [{ provider: 'wide', reason: 'no_data' }] })]).toEqual([
    ['wide', 'narrow'],
    ['narrow'],
  ]);
});

test('daily bars reach back as far as their provider says, and no way where it has none', () => {
  expect(['wide', 'narrow', 'endless', 'nobody'].map(lanes().historyDays)).toEqual([100, 0, Infinity, 0]);
});

test('plans count while they run, and no longer when they fail', async () => {
  const those = lanes();
  const during = await those.whilePlanning(async () => those.planning());
  await those.whilePlanning(() => Promise.reject(new Error('no'))).catch(() => {});
  expect([during, those.planning()]).toEqual([1, 0]);
});

test('a batch is as large as the provider’s best, and one where it does not serve the data', () => {
  const { of } = lanes();
  expect([of('wide').batchBest('quote'), of('narrow').batchBest('bars'), of('narrow').cost('bars', 3)]).toEqual([
    10, 1, 1,
  ]);
  expect(() => of('nobody')).toThrow('there is no provider nobody');
});

test('why nobody can be asked is told of those who were', () => {
  expect(lanes().whyNobody({ ...apple, tried: [{ provider: 'wide', reason: 'no_data' }] })).toBe('asked: wide');
});
