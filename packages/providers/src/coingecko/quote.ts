import type { MarketSymbol, Quote } from '@freshet/market';
import { z } from 'zod';
import type { ProviderError } from '../provider.ts';
import { providerError, timeless } from '../wire/reading.ts';
import { zCount, zIsoMoment, zPrice, zToldIsoMoment, zToldMoment } from '../wire/wire-fields.ts';
import { wireCount, wirePositive } from '../wire/wire-number.ts';
import { recordOf } from '../wire/wire-json.ts';
import { symbolOf } from './symbols.ts';

const marketRow = z.object({
  id: z.string().min(1),
  current_price: zPrice,
  market_cap: zCount,
  total_volume: zCount,
  high_24h: zPrice,
  low_24h: zPrice,
  last_updated: zToldIsoMoment,
});

/**
 * One row of `/coins/markets`. High, low and volume are of the last 24 hours; the volume is in the quote currency, as
 * CoinGecko has no other. There is no open and no previous close.
 */
export function readMarket(row: unknown, versus: string, receivedAt: Date): Quote | ProviderError {
  const parsed = marketRow.safeParse(row);
  const symbol = parsed.success ? symbolOf(parsed.data.id, versus) : null;
  if (!parsed.success || !symbol) return providerError('malformed', 'a row without the id of its coin');
  const { current_price, market_cap, total_volume, high_24h, low_24h, last_updated } = parsed.data;
  if (!current_price) return providerError('no_data', 'listed, but without a price', { symbol });
  if (last_updated === null) return timeless(symbol);
  return coinQuote(symbol, versus, {
    price: current_price,
    high: high_24h,
    low: low_24h,
    volume: total_volume,
    // 0 is how CoinGecko says that it doesn't know the supply.
    marketCap: market_cap === '0' ? null : market_cap,
    quoteTime: last_updated ?? receivedAt,
  });
}

/** `/simple/price`: `{"bitcoin": {"usd": 1, "usd_24h_vol": 2, "usd_market_cap": 3, "last_updated_at": 4}}`, a quote for each currency. */
export function readSimplePrices(
  json: Record<string, unknown>,
  versus: string[],
  receivedAt: Date,
): (Quote | ProviderError)[] {
  return Object.entries(json).flatMap(([id, value]) => {
    const row = recordOf(value);
    if (!row) return providerError('malformed', 'a coin without prices');
    const at = zToldMoment.parse(row.last_updated_at);
    const currencies = versus.length > 0 ? versus : currenciesOf(row);
    // An id that is known but has no market is an empty object.
    if (Object.keys(row).length === 0) {
      return providerError('no_data', 'listed, but without a price', { symbol: symbolOf(id, currencies[0] ?? 'usd') });
    }
    return currencies.flatMap((currency): Quote | ProviderError | [] => {
      if (!(currency in row)) return [];
      const symbol = symbolOf(id, currency);
      const price = wirePositive(row[currency]);
      if (!symbol) return [];
      if (!price) return providerError('no_data', 'listed, but without a price', { symbol });
      if (at === null) return timeless(symbol);
      const marketCap = wireCount(row[`${currency}_market_cap`]);
      return coinQuote(symbol, currency, {
        price,
        volume: wireCount(row[`${currency}_24h_vol`]),
        marketCap: marketCap !== null && Number(marketCap) > 0 ? marketCap : null,
        // Without `include_last_updated_at` the answer tells no time; it is at most a minute old then.
        quoteTime: at ?? receivedAt,
      });
    });
  });
}

/** Keys that are currencies and not something about one: `usd`, not `usd_24h_vol` or `last_updated_at`. */
function currenciesOf(row: Record<string, unknown>): string[] {
  return Object.keys(row).filter((key) => /^[a-z]{2,5}$/.test(key));
}

/**
 * `/coins/{id}` (now) and `/coins/{id}/history` (midnight UTC at the start of the day that the address names): every
 * currency has its price; those asked for are read, or else the dollar.
 */
export function readCoin(json: Record<string, unknown>, versus: string[], at: Date): (Quote | ProviderError)[] {
  const id = typeof json.id === 'string' ? json.id : null;
  const data = recordOf(json.market_data);
  const prices = recordOf(data?.current_price);
  if (!id || !data || !prices) {
    return [id ? noPrice(id) : providerError('malformed', 'a coin without its id')];
  }
  const wanted = versus.length > 0 ? versus : ['usd' in prices ? 'usd' : (Object.keys(prices)[0] ?? 'usd')];
  const of = (field: string, currency: string) => recordOf(data[field])?.[currency];
  const lastUpdated = zIsoMoment.parse(data.last_updated ?? json.last_updated);
  return wanted.map((currency) => {
    const symbol = symbolOf(id, currency);
    const price = wirePositive(prices[currency]);
    if (!symbol || !price) return noPrice(id);
    const marketCap = wireCount(of('market_cap', currency));
    return coinQuote(symbol, currency, {
      price,
      high: wirePositive(of('high_24h', currency)),
      low: wirePositive(of('low_24h', currency)),
      volume: wireCount(of('total_volume', currency)),
      marketCap: marketCap !== null && Number(marketCap) > 0 ? marketCap : null,
      quoteTime: lastUpdated ?? at,
    });
  });
}

const noPrice = (id: string) =>
  providerError('no_data', 'listed, but without a price', { symbol: symbolOf(id, 'usd') });

/** A quote with what is given, and null for what CoinGecko hasn't. */
export function coinQuote(
  symbol: MarketSymbol,
  versus: string,
  given: Pick<Quote, 'price' | 'quoteTime'> & Partial<Quote>,
): Quote {
  const none = { open: null, high: null, low: null, previousClose: null, volume: null, marketCap: null };
  return { ...none, delayS: 0, ...given, symbol, currency: versus.toUpperCase() };
}
