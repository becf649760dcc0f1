import type { TriedProvider } from '@freshet/contracts';
import type { AnomalyToWrite } from '../prices/anomalies-write.ts';
import type { PackedBars } from '../prices/bars-pack.ts';
import type { QuoteRow } from '../prices/quotes-write.ts';
import type { ItemEnd } from './settle-items.ts';

/** What becomes of one claimed want. If its fence no longer matches, a late writer sent it, and it has no effect. */
export interface WantEnd<Series = PackedBars> {
  symbol: string;
  data: string;
  fence: number;
  /**
   * How its items end. Absent: they keep waiting. An update without its own `answeredAt` was answered by this call; any
   * other end without one ends all of them.
   */
  item?: Omit<ItemEnd, 'subject' | 'data' | 'answeredAt' | 'call'> & { answeredAt?: Date };
  /** What becomes of the want. */
  want:
    | { do: 'delete' }
    | { do: 'move'; lane: string; because: TriedProvider; held?: object }
    | { do: 'release'; batchCap: number | null }
    /** It stays with its call, for the job's next attempt. */
    | { do: 'keep' }
    | { do: 'rest' };
  quote?: QuoteRow;
  series?: Series;
  /** Bars of a symbol whose price looks like a split: the session up to which these bars tell of one. */
  tellsTo?: string;
  /** No provider has any bars of it. They were asked for up to this session. */
  inVainTo?: string;
  earningsOn?: string;
  /** The checks' objections to what came. */
  doubts?: AnomalyToWrite[];
  /** How this ends the quarantine of an earlier quote. */
  opinion?: { state: 'accepted' | 'corrected' | 'suspect'; detail: string };
  /** No provider knows the symbol: it leaves the hot lane until its next probe. */
  park?: string;
}

/** An end with its call: when the call's answer came, and the call's place among those that land together, from 1. */
export type CalledEnd = WantEnd & { call: number; receivedAt: Date };
