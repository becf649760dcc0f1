import { COVARIANCE_MODELS, LINKAGES, RETURNS_MODELS, STRATEGY_NAMES } from '@freshet/finance';
import {
  COVARIANCE_NAMES,
  LINKAGE_NAMES,
  RETURNS_NAMES,
  STRATEGY_METHODS,
  StrategyOptions,
} from '@freshet/contracts/api';
import { readStrategyOptions } from './strategy-options.ts';

test('the api takes the names that there are formulas for', () => {
  expect([...STRATEGY_METHODS].sort()).toEqual([...STRATEGY_NAMES].sort());
  expect(COVARIANCE_NAMES).toEqual(Object.keys(COVARIANCE_MODELS));
  expect(RETURNS_NAMES).toEqual(Object.keys(RETURNS_MODELS));
  expect(LINKAGE_NAMES).toEqual(LINKAGES);
});

test('what the api has taken means the same to a run, under its other names too', () => {
  const read = (options: object) => readStrategyOptions(StrategyOptions.parse(options));
  expect(read({ max_weight: '0.2', cash: 0.1, risk_free_rate: 0.03, covariance_span: 60 })).toMatchObject({
    strategy: { riskFree: 0.03, covarianceSpan: 60 },
    constraints: { assetCap: 0.2, cashBuffer: 0.1 },
  });
  expect(read({ weights: { aapl: 0.5 }, minimum_trade: 5, whole_shares: true })).toMatchObject({
    strategy: { weights: { AAPL: 0.5 } },
    minimumTrade: '5',
    wholeShares: true,
  });
});

test.each<[unknown, object]>([
  [undefined, { by: 'calendar', every: 'month' }],
  ['quarterly', { by: 'calendar', every: 'quarter' }],
  ['daily', { by: 'calendar', every: 'day' }],
  [{ every: 'week' }, { by: 'calendar', every: 'week' }],
  ['never', { by: 'never' }],
  [
    { drift: 0.05, relative: true },
    { by: 'drift', threshold: 0.05, relative: true },
  ],
  [
    ['year', { drift: 0.1 }],
    {
      by: 'any',
      of: [
        { by: 'calendar', every: 'year' },
        { by: 'drift', threshold: 0.1, relative: false },
      ],
    },
  ],
])('a rebalancing written %j', (rebalance, rule) => {
  expect(readStrategyOptions({ rebalance }).rule).toEqual(rule);
});

test('an option that was stored when its name meant something is passed over', () => {
  expect(readStrategyOptions({ colour: 'red', top: 3 }).strategy).toEqual({ top: 3 });
});
