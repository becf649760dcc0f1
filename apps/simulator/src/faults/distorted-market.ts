import type { Bar, MarketSymbol, Quote } from '@freshet/market';
import type { MarketView } from '@freshet/providers';

/** Changes quotes and bars of the affected symbols. Returning undefined makes a symbol unknown. */
export interface Distortion {
  quote?(quote: Quote): Quote | undefined;
  bar?(bar: Bar): Bar | undefined;
}

/** The market as seen through a distortion of some of its symbols. */
export function distortedMarket(
  view: MarketView,
  hits: (symbol: MarketSymbol) => boolean,
  { quote, bar }: Distortion,
): MarketView {
  return {
    ...view,
    truth: view.truth ?? view,
    quote: (symbol) => {
      const true_ = view.quote(symbol);
      return true_ && quote && hits(symbol) ? quote(true_) : true_;
    },
    bars: (symbol, from, to) => {
      const bars = view.bars(symbol, from, to);
      return bar && hits(symbol) ? bars.map(bar).filter((each) => each !== undefined) : bars;
    },
  };
}

/** Applies the same change to every price of a quote. */
export function repriced(quote: Quote, change: (price: string) => string): Quote {
  const each = (price: string | null) => (price === null ? null : change(price));
  return {
    ...quote,
    price: change(quote.price),
    open: each(quote.open),
    high: each(quote.high),
    low: each(quote.low),
    previousClose: each(quote.previousClose),
  };
}

/** Applies the same change to every price of a bar. */
export function repricedBar(bar: Bar, change: (price: string) => string): Bar {
  const each = (price: string | null) => (price === null ? null : change(price));
  return { ...bar, open: each(bar.open), high: each(bar.high), low: each(bar.low), close: change(bar.close) };
}
