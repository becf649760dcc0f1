import { REFRESH_KINDS, type RefreshTarget } from '@freshet/contracts';
import type { ScopeSource } from '../ports.ts';
import { kinds } from './index.ts';

/** A world of four assets: Ann holds two, Bob one; one is watched, one is the benchmark. Bob is also held against another; a strategy needs a pair beside. */
const source: ScopeSource = {
  allSymbols: async () => ['AAPL', 'KO', 'MSFT', '^GSPC'],
  watchlist: async (id) => (id === null ? ['KO'] : ['MSFT']),
  group: async ({ sector }) => (sector === 'Energy' ? [] : ['AAPL', 'MSFT']),
  portfolios: async ({ userId, portfolioId }) => {
    const held = { ann: ['AAPL', 'KO'], bob: ['MSFT'] };
    const whose = Object.keys(held).filter((name) => !userId || name === userId) as (keyof typeof held)[];
    const portfolios = whose.map((name) => `pf_${name}`).filter((id) => !portfolioId || id === portfolioId);
    return { portfolios, symbols: [...whose.flatMap((name) => held[name]), '^GSPC'] };
  },
  strategies: async () => ({ strategies: ['stg_1'], symbols: ['AAPL', 'EURUSD=X'] }),
  benchmarks: async ({ userId }) => (userId === 'ann' ? ['^GSPC'] : ['^GSPC', 'URTH']),
};
const scope = (kind: keyof typeof kinds, target: RefreshTarget = {}, symbols: string[] | null = null) =>
  kinds[kind].scope({ target, symbols }, source);
const BOTH = ['pf_ann', 'pf_bob'];

test.each([
  ['all', {}, { symbols: ['AAPL', 'KO', 'MSFT', '^GSPC', 'EURUSD=X'], portfolios: BOTH, strategies: ['stg_1'] }],
  ['prices', {}, { symbols: ['AAPL', 'KO', 'MSFT', '^GSPC'], portfolios: [], strategies: [] }],
  ['portfolio', { user_id: 'ann' }, { symbols: ['AAPL', 'KO', '^GSPC'], portfolios: ['pf_ann'], strategies: [] }],
  ['holdings', {}, { symbols: ['AAPL', 'KO', 'MSFT', '^GSPC'], portfolios: BOTH, strategies: [] }],
  ['holdings', { user_id: 'bob' }, { symbols: ['MSFT', '^GSPC'], portfolios: ['pf_bob'], strategies: [] }],
  ['strategy', {}, { symbols: [], portfolios: [], strategies: ['stg_1'] }],
  ['benchmark', {}, { symbols: ['^GSPC', 'URTH'], portfolios: BOTH, strategies: [] }],
  ['benchmark', { user_id: 'ann' }, { symbols: ['^GSPC'], portfolios: ['pf_ann'], strategies: [] }],
  ['watchlist', {}, { symbols: ['KO'], portfolios: [], strategies: [] }],
  ['watchlist', { watchlist_id: 'wl_1' }, { symbols: ['MSFT'], portfolios: [], strategies: [] }],
  ['group', { sector: 'Technology' }, { symbols: ['AAPL', 'MSFT'], portfolios: [], strategies: [] }],
] as const)('a refresh of kind %s of %j is about exactly this', async (kind, target, about) => {
  expect(await scope(kind, target)).toEqual(about);
});

test('symbols that are named narrow every kind but those that are named by symbols alone, known or not', async () => {
  for (const kind of ['all', 'holdings', 'watchlist', 'group'] as const) {
    expect((await scope(kind, {}, ['KO', 'MSFT', 'NEW'])).symbols).not.toContain('NEW');
  }
  // Of none: it is calculated, and nothing is fetched.
  expect(await scope('portfolio', { user_id: 'ann' }, [])).toEqual({
    symbols: [],
    portfolios: ['pf_ann'],
    strategies: [],
  });
  for (const kind of ['prices', 'symbols'] as const)
    expect((await scope(kind, {}, ['KO', 'NEW'])).symbols).toEqual(['KO', 'NEW']);
});

test('each kind of the vocabulary is there; prices, watchlists and groups skip the calculations', () => {
  expect(Object.keys(kinds).sort()).toEqual([...REFRESH_KINDS].sort());
  const calculating = REFRESH_KINDS.filter((kind) => kinds[kind].calculates);
  expect(calculating.sort()).toEqual(['all', 'benchmark', 'holdings', 'portfolio', 'strategy']);
});
