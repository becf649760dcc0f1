import type { Client } from '@freshet/store';
import type { Arithmetic } from './arithmetic/index.ts';
import type { BarsInMemory } from './bars-in-memory.ts';
import type { HoldingsInMemory } from './holdings-in-memory.ts';
import type { SymbolsRead } from './symbols-together.ts';

/** What one slice of calculations works with. */
export interface Recalculating {
  /** Its transaction. */
  client: Client;
  refreshId: string;
  /** Recalculate everything, even if none of its inputs changed. */
  full: boolean;
  /** The quotes are still being fetched: calculate only what needs none. */
  ahead: boolean;
  symbols: SymbolsRead;
  bars: BarsInMemory;
  holdings: HoldingsInMemory;
  arithmetic: Arithmetic;
}
