import type { MarketSymbol, SessionDate } from '@freshet/market';
import type { MarketView, Provider, SimulatedAnswer, SimulatedRefusals, SimulatedRequest } from '@freshet/providers';
import type { RealWindow } from '../limits/window.ts';

/** A fault's numeric settings: `{ms: 2000}`. */
export type FaultSettings = Record<string, number>;

/** What a fault may read when it changes a call. */
export interface FaultedCall {
  provider: Provider;
  /** The true shapes of refusals, none missing. */
  refusals: Required<SimulatedRefusals>;
  request: SimulatedRequest;
  /** The windows that the provider enforces. */
  windows: RealWindow[];
  now: Date;
  settings: FaultSettings;
}

/** How an answer is delivered. */
export interface Delivery {
  /** The delay before anything is sent. */
  waitMs: number;
  /** Sends the answer in pieces of so many bytes, with pauses between them. */
  drip?: { bytes: number; everyMs: number };
  /** The connection is reset: before the first byte, or in the middle of the body. */
  reset?: 'at once' | 'mid-body';
  /** No answer is ever sent. */
  silent?: boolean;
}

export interface Asked {
  symbols: MarketSymbol[];
  from?: SessionDate;
  to?: SessionDate;
}

/**
 * Something that goes wrong: a file of its own and a line in the catalogue. It implements one or more of these
 * functions, which apply to the calls that match its filters.
 */
export interface Fault {
  /** The name to start it by: `slow`. */
  name: string;
  /** One sentence for people. */
  does: string;
  /** Its settings with their defaults. */
  settings?: FaultSettings;
  /** Answers in the provider's place. */
  instead?(call: FaultedCall): SimulatedAnswer | null;
  /** Changes the question before the market is read. */
  asked?(asked: Asked, market: MarketView): Asked;
  /** Changes the market's view of the affected symbols. `startedAt`: when the fault began. */
  market?(view: MarketView, fault: MarketFault): MarketView;
  /** Changes the answer that the provider has written. */
  answer?(answer: SimulatedAnswer, call: FaultedCall): SimulatedAnswer;
  /** Changes the delivery. */
  deliver?(delivery: Delivery, settings: FaultSettings): Delivery;
}

export interface MarketFault {
  hits(symbol: MarketSymbol): boolean;
  settings: FaultSettings;
  startedAt: Date;
  /** The market at another moment. */
  at(moment: Date): MarketView;
}
