import type { PortfolioValuation } from '@freshet/contracts';
import { knownCost } from './known-cost.ts';

const held = (...costs: (string | null)[]) => costs.map((cost) => ({ cost }) as PortfolioValuation['holdings'][number]);

test('a portfolio cost what is known of it; where nothing is, that is unknown and no zero', () => {
  expect(knownCost({ cost: '0', holdings: held(null, null) })).toBeNull();
  expect(knownCost({ cost: '5', holdings: held(null, '5') })).toBe('5');
  expect(knownCost({ cost: '0', holdings: held('0') })).toBe('0');
  expect(knownCost({ cost: '0', holdings: [] })).toBe('0');
});
