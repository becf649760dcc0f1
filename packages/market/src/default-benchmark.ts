import type { MarketSymbol } from './symbol.ts';

/** What portfolios are compared with unless another benchmark is chosen: the S&P 500. */
export const DEFAULT_BENCHMARK: MarketSymbol = '^GSPC';
