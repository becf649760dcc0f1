import type { RefreshKind } from '@freshet/contracts';
import { all } from './all.ts';
import { benchmark } from './benchmark.ts';
import { group } from './group.ts';
import { holdings } from './holdings.ts';
import type { Kind } from './kind.ts';
import { portfolio } from './portfolio.ts';
import { prices } from './prices.ts';
import { strategy } from './strategy.ts';
import { symbols } from './symbols.ts';
import { watchlist } from './watchlist.ts';

/** Every kind of refresh. A new one is a file beside these, its word in the vocabulary, and a line here. */
export const kinds: Record<RefreshKind, Kind> = {
  all,
  prices,
  portfolio,
  strategy,
  benchmark,
  symbols,
  watchlist,
  holdings,
  group,
};
