import type { MarketSymbol, Quote } from '@freshet/market';
import { z } from 'zod';
import type { HttpAnswer, ProviderError } from '../provider.ts';
import { providerError, timeless } from '../wire/reading.ts';
import { zCount, zPrice, zToldMoment } from '../wire/wire-fields.ts';
import { marketOf } from './symbols.ts';

/** One element of ticker/24hr, ticker (rolling window), ticker/tradingDay or ticker/price; prices are text. */
const ticker = z.object({
  symbol: z.string(),
  lastPrice: zPrice,
  price: zPrice,
  openPrice: zPrice,
  highPrice: zPrice,
  lowPrice: zPrice,
  prevClosePrice: zPrice,
  volume: zCount,
  closeTime: zToldMoment,
});

/** A market's quote; an error without a price (a closed market stands at 0); null for a name that isn't a market. */
export function readTicker(
  element: unknown,
  answer: HttpAnswer,
  asked: readonly MarketSymbol[] | undefined,
): Quote | ProviderError | null {
  const parsed = ticker.safeParse(element);
  if (!parsed.success) return providerError('malformed', 'a ticker without a symbol');
  const row = parsed.data;
  const market = marketOf(row.symbol, asked, answer.url);
  if (!market) return null;
  const price = row.lastPrice ?? row.price;
  if (!price) {
    const closed = 'lastPrice' in (element as object) || 'price' in (element as object);
    return providerError(closed ? 'no_data' : 'malformed', 'a ticker without a price', { symbol: market.symbol });
  }
  if (row.closeTime === null) return timeless(market.symbol);
  return {
    symbol: market.symbol,
    price,
    open: row.openPrice,
    high: row.highPrice,
    low: row.lowPrice,
    // The close of the 24 h before, a window that rolls: the price of a day ago.
    previousClose: row.prevClosePrice,
    volume: row.volume,
    marketCap: null,
    currency: market.currency,
    // ticker/price gives no time: it is the last trade at the moment of answering.
    quoteTime: row.closeTime ?? answer.receivedAt,
    delayS: 0,
  };
}
