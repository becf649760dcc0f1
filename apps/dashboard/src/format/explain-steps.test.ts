import { explainSteps } from './explain-steps.ts';

const explanation: Parameters<typeof explainSteps>[0] = {
  symbol: 'ETH-USD',
  quote: null,
  provider: 'coingecko',
  quote_time: null,
  fetched_at: null,
  asset: null,
  chain: [{ provider: 'binance', reason: 'rate_limited', detail: 'until 12:01' }],
  refused: null,
  checks: ['positive', 'not_older'],
  cross_check: null,
  suspicion: null,
  converted: { from: 'USDT', rate: '0.9995' },
  adjustment_factor: null,
  fx_rate: null,
  refresh: null,
  replaced: null,
  anomalies: [{ check: 'jump', state: 'accepted', detail: 'fell by a fifth' }],
  freshness_policy: { session: 'open', next_refresh_at: null, because: 'fresh' },
};

test('an explanation is the way that the price came, in its order', () => {
  expect(explainSteps(explanation).map(({ title, says }) => `${title}: ${says}`)).toEqual([
    'Provider: coingecko',
    'Tried before: binance: rate limited (until 12:01)',
    'Converted: from USDT at 0.9995',
    'Checks passed: positive, not older',
    'Anomalies: jump, accepted, fell by a fifth',
  ]);
});

test('whatever else has happened to the price is a step too, and a factor of one is none', () => {
  const asset = { parked_because: 'unknown to all', quality: 0.956 } as typeof explanation.asset;
  const fx_rate = { pair: 'GBPUSD=X', rate: 1.27 } as typeof explanation.fx_rate;
  const suspicion = { check: 'jump', detail: 'moved by a third', since: '2026-01-02T10:00:00.000Z' };
  const cross_check = { max_difference: 0.01 };
  const all = { ...explanation, suspicion, cross_check, adjustment_factor: 4, fx_rate, asset };
  const said = explainSteps(all).map(({ title, says }) => `${title}: ${says}`);
  expect(said.slice(4, -1)).toEqual([
    'Suspect: jump, moved by a third',
    'Cross-check: max difference 0.01',
    'Adjustment: × 4 for splits and dividends',
    'Worth in USD: 1.27 by GBPUSD=X',
    'Parked: unknown to all',
    'Data quality: 96 of 100',
  ]);
  expect(explainSteps({ ...explanation, adjustment_factor: 1 })).toEqual(explainSteps(explanation));
});

test.each([
  [true, 'agrees'],
  [false, 'differs'],
])('a second opinion says who was doubted, why, and what came of it', (agrees, says) => {
  const cross_check = { source: 'finnhub', price: '12.5', check: 'unit_slip', agrees };
  expect(explainSteps({ ...explanation, cross_check })).toContainEqual({
    title: 'Cross-check',
    says: `finnhub had 12.5, doubted by the check unit slip; a second provider ${says}`,
  });
});

test('a unit that is only assumed is told as one', () => {
  const guessed = { ...explanation, converted: { from: 'USD', rate: '1', assumed: true } };
  expect(explainSteps(guessed)).toContainEqual({
    title: 'Converted',
    says: "taken for USD, for its currency isn't named",
  });
});

test('what an older worker wrote otherwise is shown as it is, not crashed on', () => {
  const odd = {
    ...explanation,
    chain: ['binance', null],
    checks: [{ check: 'positive' }, 7],
    anomalies: [3],
    converted: 'x',
  };
  expect(explainSteps(odd).length).toBe(5);
});
