import { join } from 'node:path';
import { describeGiven } from '@freshet/testing';
import { runStrategy } from '../strategies/run-strategy.ts';
import type { StrategyOptions } from '../strategies/strategy.ts';
import { wholeShares } from '../strategies/whole-shares.ts';
import { priceFile } from './price-file.fixture.ts';

/** Weights of PyPortfolioOpt over its own prices: tests/resources/weights_hrp.csv (MIT), made by test_hrp.py test_hrp_portfolio. */
const HRP_WEIGHTS = {
  ...{ AAPL: 0.022258941278778387, AMD: 0.022294021796692116, AMZN: 0.016086842079874982, BABA: 0.07963382071794088 },
  ...{ BAC: 0.014409222455552267, BBY: 0.03406419438245041, FB: 0.06272994714663536, GE: 0.05519063444162851 },
  ...{ GM: 0.055576660241857236, GOOG: 0.04956008428992926, JPM: 0.017675709092515715, MA: 0.038127373497320226 },
  ...{ PFE: 0.07786528342813452, RRC: 0.03161528695094598, SBUX: 0.039844436656239136, SHLD: 0.027113184241298872 },
  ...{ T: 0.11138956508836473, UAA: 0.027115909570750083, WMT: 0.10569551148587902, XOM: 0.11175337115721229 },
};

describeGiven('groundtruth', 'allocations of PyPortfolioOpt', (directory) => {
  const prices = priceFile(join(directory, 'pyportfolioopt', 'stock_prices.csv'));
  const allocated = (
    strategy: 'hierarchical_risk_parity' | 'maximum_sharpe',
    options: Partial<StrategyOptions> = {},
  ) => {
    const outcome = runStrategy({ strategy, options, prices });
    if (outcome.reason !== null) throw new Error(outcome.reason);
    const weights = new Map(outcome.allocations.map(({ symbol, weight }) => [symbol, weight]));
    return { weights, volatility: outcome.performance.annualVolatility };
  };

  test('hierarchical risk parity: every published weight, and the volatility of all', () => {
    const { weights, volatility } = allocated('hierarchical_risk_parity');
    expect([...weights.keys()].toSorted()).toEqual(Object.keys(HRP_WEIGHTS));
    for (const [symbol, weight] of Object.entries(HRP_WEIGHTS)) expect(weights.get(symbol)).toBeCloseTo(weight, 14);
    // test_hrp.py test_portfolio_performance
    expect(volatility).toBeCloseTo(0.17844159743748936, 12);
  });

  test('hierarchical risk parity over a shrunk covariance: the published volatility', () => {
    // test_hrp.py test_pass_cov_matrix
    const { volatility } = allocated('hierarchical_risk_parity', { covariance: 'ledoit_wolf' });
    expect(volatility).toBeCloseTo(0.10002783894982334, 12);
  });

  test('whole shares miss the weights by the published root mean square', () => {
    const { weights } = allocated('maximum_sharpe', { riskFree: 0.02 });
    const latest = new Map(prices.symbols.map((symbol, at) => [symbol, String(prices.prices[at]!.at(-1))]));
    const { quantities } = wholeShares(weights, latest, '10000');
    const worth = (symbol: string): number => Number(quantities.get(symbol) ?? 0) * Number(latest.get(symbol));
    const total = prices.symbols.reduce((sum, symbol) => sum + worth(symbol), 0);
    const squares = prices.symbols.map((symbol) => (weights.get(symbol)! - worth(symbol) / total) ** 2);
    const error = Math.sqrt(squares.reduce((sum, each) => sum + each, 0) / squares.length);
    // test_discrete_allocation.py test_greedy_allocation_rmse_error
    expect(error).toBeCloseTo(0.017086185150415774, 9);
  });
});
