import type { DecimalText, MarketSymbol } from '@freshet/market';
import type { FxTable } from './fx.ts';

/** What a portfolio holds of one symbol. */
export interface HoldingInput {
  symbol: MarketSymbol;
  /** Units; negative for what is owed. */
  quantity: DecimalText;
  /** What the whole position cost, in `costCurrency`; comes before `unitCost`. */
  cost?: DecimalText | null;
  /** What was paid for one unit on average, in `costCurrency` (default: the quote's currency). */
  unitCost?: DecimalText | null;
  costCurrency?: string | null;
  /** From the cost's currency into the portfolio's at the time of buying; not needed when they are the same. */
  costFxRate?: DecimalText | null;
  /** Wanted share of the portfolio, 0..1. */
  target?: number | null;
}

/** What is known of a symbol's price now and at its previous close, in major units of `currency`. */
export interface PriceInput {
  price: DecimalText | null;
  previousClose: DecimalText | null;
  currency: string | null;
}

export interface PortfolioInput {
  /** ISO code of the currency in which the portfolio is shown. */
  currency: string;
  holdings: readonly HoldingInput[];
  prices: ReadonlyMap<MarketSymbol, PriceInput>;
  /** Rates of the moment of the prices. */
  fx: FxTable;
  /** Rates of the moment of the previous closes; without it the day change of holdings in other currencies is null. */
  previousFx?: FxTable | null;
  cash?: readonly { currency: string; amount: DecimalText }[];
  /** Wanted shares, 0..1, of symbols whether held or not; a holding's own `target` comes before it. */
  targets?: ReadonlyMap<MarketSymbol, number> | null;
}
