import { Account } from './account.ts';
import { REAL_RULES, type RealRules } from './real-rules.ts';

const DAY = 86_400;
const MONTH_START = Date.UTC(2026, 10, 1);

/** How many units of this window fit, each call worth one, when all of them come at once. */
function admitted({ windows, ...rules }: RealRules, perSeconds: number): number {
  const account = new Account({ ...rules, windows: windows.filter((one) => one.perSeconds === perSeconds) });
  let calls = 0;
  while (calls < 400_000 && account.arrive(MONTH_START, 1).over === null) calls += 1;
  return calls;
}

/** As the providers themselves tell them, or as they have been met: what no adapter may get more of. */
test.each<[string, Record<number, number>]>([
  ['yahoo', { 60: 120, 3600: 2000 }],
  ['finnhub', { 1: 30, 60: 60 }],
  ['alpha_vantage', { 1: 1, 60: 5, [DAY]: 25 }],
  ['fmp', { [DAY]: 250 }],
  ['twelve_data', { 60: 8, [DAY]: 800 }],
  ['coingecko', { 60: 30, [30 * DAY]: 10_000 }],
  ['binance', { 60: 6000, 300: 300_000 }],
  ['cryptocompare', { 1: 20, 60: 300, 3600: 3000, [DAY]: 10_000, [30 * DAY]: 75_000 }],
  ['finviz', { 60: 60 }],
  ['polygon', { 60: 5 }],
  ['iex_cloud', { 1: 100, [30 * DAY]: 50_000 }],
])('%s admits what its free plan does, and not one call more', (provider, windows) => {
  const rules = REAL_RULES[provider] as RealRules;
  const found = rules.windows.map(({ perSeconds }) => [perSeconds, admitted(rules, perSeconds)]);
  expect(Object.fromEntries(found)).toEqual(windows);
});

test('what is bought by the credit is counted by the symbol, and what has a day of its own by that day', () => {
  const cost = (symbol: string) =>
    REAL_RULES.twelve_data?.cost?.({
      method: 'GET',
      path: '/quote',
      query: new URLSearchParams({ symbol }),
      headers: {},
      body: '',
    });
  expect([cost('AAPL'), cost('AAPL,MSFT,SPY'), cost('')]).toEqual([1, 3, null]);
  const counting = Object.entries(REAL_RULES).flatMap(([provider, { windows }]) =>
    windows.flatMap(({ perSeconds, counts, resets, byTheClock }) =>
      counts || resets || byTheClock ? [[provider, perSeconds, counts ?? 'calls', resets?.every ?? byTheClock]] : [],
    ),
  );
  expect(counting).toEqual([
    ['iex_cloud', 30 * DAY, 'cost', 'month'],
    ['twelve_data', 60, 'cost', undefined],
    ['twelve_data', DAY, 'cost', 'day'],
    ['coingecko', 30 * DAY, 'calls', 'month'],
    ['binance', 60, 'cost', true],
  ]);
});

test('whoever insists at Binance is banned twice as long each time, for three days at most', () => {
  const account = new Account(REAL_RULES.binance as RealRules);
  let now = MONTH_START;
  const bans: number[] = [];
  while (bans.length < 13) {
    account.arrive(now, 6000);
    const verdict = account.arrive(now, 1);
    const until = 'bannedUntil' in verdict ? verdict.bannedUntil : undefined;
    if (!until) continue;
    bans.push((until.getTime() - now) / 60_000);
    now = until.getTime();
  }
  expect(bans).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 3 * 24 * 60]);
});
