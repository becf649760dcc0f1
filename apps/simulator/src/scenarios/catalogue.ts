import type { Scenario } from './scenario.ts';

/** The scenarios by name, in the order in which they are listed. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'calm',
    tells: 'Everything works: the simulator without any fault.',
    faults: [],
  },
  {
    name: 'yahoo-outage',
    tells: 'Yahoo is down; everyone else works.',
    faults: [{ fault: 'outage', provider: 'yahoo' }],
  },
  {
    name: 'yahoo-rate-limited',
    tells: 'Yahoo has had enough of us: 429 for everything.',
    faults: [{ fault: 'rate-limited', provider: 'yahoo', settings: { s: 1800 } }],
  },
  {
    name: 'poisoned-crumb',
    tells: 'Yahoo hands out “Too Many Requests” as its crumb.',
    faults: [{ fault: 'poisoned-crumb', provider: 'yahoo' }],
  },
  {
    name: 'binance-ban',
    tells: 'Binance has banned this address for two minutes.',
    faults: [{ fault: 'ban', provider: 'binance', forMs: 120_000, settings: { s: 120 } }],
  },
  {
    name: 'alpha-vantage-spent',
    tells: 'The 25 calls of the day at Alpha Vantage are used up.',
    faults: [{ fault: 'quota-spent', provider: 'alphavantage', settings: { s: 43_200 } }],
  },
  {
    name: 'crypto-outage',
    tells: 'Binance and CoinGecko are both down.',
    faults: [
      { fault: 'outage', provider: 'binance' },
      { fault: 'outage', provider: 'coingecko' },
    ],
  },
  {
    name: 'total-outage',
    tells: 'No provider answers: the last good prices are all there is.',
    faults: [{ fault: 'outage' }],
  },
  {
    name: 'flaky',
    tells: 'One call in five fails, by an error, a reset or a cut body.',
    faults: [
      { fault: 'outage', probability: 0.1, settings: { status: 500 } },
      { fault: 'hang-up', probability: 0.05 },
      { fault: 'truncated', probability: 0.05 },
    ],
  },
  {
    name: 'slow-everything',
    tells: 'Every provider takes two to five seconds.',
    faults: [],
    latency: { minMs: 2000, maxMs: 5000 },
  },
  {
    name: 'dripping',
    tells: 'Answers arrive in drops of 16 bytes, twice a second.',
    faults: [{ fault: 'drip' }],
  },
  {
    name: 'silence',
    tells: 'Calls are taken and never answered.',
    faults: [{ fault: 'silence' }],
  },
  {
    name: 'resets',
    tells: 'Every fourth answer breaks off in the middle.',
    faults: [{ fault: 'reset-mid-body', probability: 0.25 }],
  },
  {
    name: 'bad-data',
    tells: 'Now and then a price is NaN, zero, negative or a hundred times too high.',
    faults: [
      { fault: 'nan', probability: 0.05 },
      { fault: 'zero', probability: 0.05 },
      { fault: 'negative', probability: 0.05 },
      { fault: '100x', probability: 0.05 },
    ],
  },
  {
    name: 'frozen-feed',
    tells: 'Yahoo repeats the same prices with the time of now.',
    faults: [{ fault: 'frozen', provider: 'yahoo' }],
  },
  {
    name: 'mixed-up-symbols',
    tells: 'One answer in ten is about other symbols.',
    faults: [{ fault: 'wrong-symbol', probability: 0.1 }],
  },
  {
    name: 'html-errors',
    tells: 'A page with “Just a moment…” stands in front of every provider for one call in three.',
    faults: [{ fault: 'html', probability: 0.33 }],
  },
  {
    name: 'schema-change',
    tells: 'Yahoo has renamed all of its fields.',
    faults: [{ fault: 'schema-change', provider: 'yahoo' }],
  },
  {
    name: 'key-rejected',
    tells: 'Every provider that wants a key rejects ours.',
    faults: ['finnhub', 'alphavantage', 'fmp', 'twelvedata', 'coingecko', 'cryptocompare', 'polygon', 'iex'].map(
      (provider) => ({ fault: 'key-rejected', provider }),
    ),
  },
  {
    name: 'plan-forbids',
    tells: 'Finnhub, FMP and Twelve Data want a dearer plan.',
    faults: ['finnhub', 'fmp', 'twelvedata'].map((provider) => ({ fault: 'plan-forbids', provider })),
  },
  {
    name: 'unknown-symbols',
    tells: 'Nobody knows AAPL and BTC-USD any more.',
    faults: [{ fault: 'unknown-symbol', symbols: ['AAPL', 'BTC-USD'] }],
  },
];

/** The scenario of that name. */
export function scenarioNamed(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}
