import type { MarketSymbol } from '@freshet/market';

/** What portfolios are compared with unless another benchmark is chosen: the S&P 500. */
export const DEFAULT_BENCHMARK: MarketSymbol = '^GSPC';
