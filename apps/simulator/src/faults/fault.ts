import type { MarketSymbol, SessionDate } from '@freshet/market';
import type { MarketView, Provider, SimulatedAnswer, SimulatedRefusals, SimulatedRequest } from '@freshet/providers';
import type { RealWindow } from '../limits/window.ts';

/** Numbers of a fault that can be set: `{ms: 2000}`. */
export type FaultSettings = Record<string, number>;

/** What a fault may look at when it meddles with a call. */
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

/** How an answer travels. */
export interface Delivery {
  /** Nothing is sent before. */
  waitMs: number;
  /** Sent in pieces of so many bytes, so far apart. */
  drip?: { bytes: number; everyMs: number };
  /** The connection is reset: before the first byte, or in the middle of the body. */
  reset?: 'at once' | 'mid-body';
  /** No answer ever comes. */
  silent?: boolean;
}

export interface Asked {
  symbols: MarketSymbol[];
  from?: SessionDate;
  to?: SessionDate;
}

/**
 * Something that goes wrong. One file each, one line in the catalogue; it does one or more of these, each for the calls
 * that its filters let through.
 */
export interface Fault {
  /** `slow`: as it is asked for by name. */
  name: string;
  /** One sentence for people. */
  does: string;
  /** The settings that it has, with their defaults. */
  settings?: FaultSettings;
  /** Answers in the provider's place. */
  instead?(call: FaultedCall): SimulatedAnswer | null;
  /** Changes what was asked, before the market is looked at. */
  asked?(asked: Asked, market: MarketView): Asked;
  /** Changes what the market says of the symbols that are hit; `startedAt` is when the fault began. */
  market?(view: MarketView, fault: MarketFault): MarketView;
  /** Changes the answer that the provider has written. */
  answer?(answer: SimulatedAnswer, call: FaultedCall): SimulatedAnswer;
  /** Changes how it travels. */
  deliver?(delivery: Delivery, settings: FaultSettings): Delivery;
}

export interface MarketFault {
  hits(symbol: MarketSymbol): boolean;
  settings: FaultSettings;
  startedAt: Date;
  /** The market at another moment. */
  at(moment: Date): MarketView;
}
