import {
  type Bar,
  type EarningsDate,
  type MarketSymbol,
  type Quote,
  type SessionDate,
  UNIVERSE,
} from '@freshet/market';
import type { MarketView } from '@freshet/providers';
import { adjustedCloses } from './adjusted-closes.ts';
import { splitFactor } from './corporate-actions.ts';
import { type DayPath, dayPath } from './day-path.ts';
import { type ForcedPrices, stretched } from './forced-prices.ts';
import { type Instrument, Instruments } from './instrument.ts';
import { actionsOf, createListing, earningsOf, type Listing } from './listing.ts';
import { marketQuote } from './market-quote.ts';
import { sessionBar } from './session-bar.ts';
import type { TradingSession } from './trading-sessions.ts';

/** The simulated history begins here. */
export const FIRST_SESSION: SessionDate = '2015-01-01';
const BARS_KEPT = 300_000;
const PATHS_KEPT = 20_000;

/**
 * The simulated market: a pure function of seed and moment, so that every process and every run sees the same prices.
 * Its only state is a cache of computed values, and the forced prices.
 */
export class SimulatedMarket {
  readonly forced: ForcedPrices = new Map();
  #instruments: Instruments;
  #listings = new Map<MarketSymbol, Listing>();
  #paths = new Map<MarketSymbol, { day: number; path: DayPath }>();
  #barsKept = 0;
  #symbols: MarketSymbol[];

  /** `extraSymbols`: how many synthetic symbols are listed in whole-market calls; all can be asked for by name. */
  constructor(options: { seed: number; extraSymbols?: number }) {
    this.#instruments = new Instruments(options.seed);
    const extra = Array.from({ length: options.extraSymbols ?? 0 }, (_, i) => `SYM${String(i + 1).padStart(5, '0')}`);
    this.#symbols = [...UNIVERSE.map((asset) => asset.symbol), ...extra];
  }

  /** The market at a moment. */
  at(now: Date): MarketView {
    return {
      now,
      quote: (symbol) => this.#quote(symbol, now),
      bars: (symbol, from, to) => this.#bars(symbol, from, to, now),
      earnings: (symbol) => this.#earnings(symbol, now),
      symbols: () => this.#symbols,
    };
  }

  /** A symbol's static data; undefined for an unknown symbol. */
  instrument(symbol: MarketSymbol): Instrument | undefined {
    return this.#listing(symbol)?.instrument;
  }

  #listing(symbol: MarketSymbol): Listing | undefined {
    const known = this.#listings.get(symbol);
    if (known) return known;
    const instrument = this.#instruments.find(symbol);
    if (!instrument) return undefined;
    const listing = createListing(instrument);
    this.#listings.set(symbol, listing);
    return listing;
  }

  #quote(symbol: MarketSymbol, now: Date): Quote | undefined {
    const listing = this.#listing(symbol);
    const session = listing?.sessions.at(now.getTime());
    if (!listing || !session) return undefined;
    const quote = marketQuote(listing, session, this.#path(listing.instrument, session.day), now);
    const forced = this.forced.get(symbol);
    return forced ? stretched(quote, forced, now) : quote;
  }

  #path(instrument: Instrument, day: number): DayPath {
    const { symbol } = instrument.asset;
    const known = this.#paths.get(symbol);
    if (known?.day === day) return known.path;
    if (this.#paths.size >= PATHS_KEPT) this.#paths.clear();
    const path = dayPath(instrument, day);
    this.#paths.set(symbol, { day, path });
    return path;
  }

  #bars(symbol: MarketSymbol, from: SessionDate, to: SessionDate, now: Date): Bar[] {
    const listing = this.#listing(symbol);
    const latest = listing?.sessions.at(now.getTime());
    if (!listing || !latest) return [];
    const first = from < FIRST_SESSION ? FIRST_SESSION : from;
    const bars = listing.sessions
      .between(first, to < latest.date ? to : latest.date)
      .map((session) =>
        session.date < latest.date ? this.#pastBar(listing, session) : this.#latestBar(listing, session, now),
      );
    return adjustedCloses(bars, actionsOf(listing, first, latest.date), listing.instrument.decimals);
  }

  #pastBar(listing: Listing, session: TradingSession): Bar {
    const known = listing.bars.get(session.date);
    if (known) return known;
    if (this.#barsKept++ >= BARS_KEPT) {
      for (const each of this.#listings.values()) each.bars.clear();
      this.#barsKept = 1;
    }
    const bar = sessionBar(listing.instrument, session, splitFactor(listing.splits, session.date));
    listing.bars.set(session.date, bar);
    return bar;
  }

  /** The bar of the latest session, made from the quote so that the two always agree. */
  #latestBar({ instrument }: Listing, session: TradingSession, now: Date): Bar {
    const { symbol } = instrument.asset;
    const quote = this.#quote(symbol, now) as Quote;
    const { open, high, low, price, volume, currency } = quote;
    return { symbol, session: session.date, open, high, low, close: price, volume, currency };
  }

  #earnings(symbol: MarketSymbol, now: Date): EarningsDate | undefined {
    const listing = this.#listing(symbol);
    return listing && earningsOf(listing, now.toISOString().slice(0, 10));
  }
}
