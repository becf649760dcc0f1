import type { TriedProvider } from '@freshet/contracts';
import type { AnomalyToWrite } from './anomalies-write.ts';
import type { PackedBars } from './bars-pack.ts';
import type { QuoteRow } from './quotes-write.ts';
import type { ItemEnd } from './settle-items.ts';

/** One claimed want and what becomes of it. Fences that no longer match make it a late writer's, without effect. */
export interface WantEnd<Series = PackedBars> {
  symbol: string;
  data: string;
  fence: number;
  /**
   * How its items end; absent: they go on waiting. An update without its own `answeredAt` was answered by this call;
   * any other end without one is for all of them.
   */
  item?: Omit<ItemEnd, 'subject' | 'data' | 'answeredAt' | 'call'> & { answeredAt?: Date };
  /** What becomes of the want. */
  want:
    | { do: 'delete' }
    | { do: 'move'; lane: string; because: TriedProvider; held?: object }
    | { do: 'release'; batchCap: number | null }
    /** Stays with its call, for the next attempt of its job. */
    | { do: 'keep' }
    | { do: 'rest' };
  quote?: QuoteRow;
  series?: Series;
  /** Bars of a symbol whose price looks like a split: up to which session it is told by them now. */
  tellsTo?: string;
  /** Nobody has any bars of it; up to this session they were asked for. */
  inVainTo?: string;
  earningsOn?: string;
  /** What the checks have against what came. */
  doubts?: AnomalyToWrite[];
  /** How the quarantine of an earlier quote ends with this. */
  opinion?: { state: 'accepted' | 'corrected' | 'suspect'; detail: string };
  /** Nobody knows the symbol: it leaves the hot lane until its next probe. */
  park?: string;
}

/** An end with the call that brought it: when its answer came, and its place among those that land together, from 1. */
export type CalledEnd = WantEnd & { call: number; receivedAt: Date };
