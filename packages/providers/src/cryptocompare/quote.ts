import type { MarketSymbol, Quote } from '@freshet/market';
import { z } from 'zod';
import type { ProviderError } from '../provider.ts';
import { providerError, timeless } from '../wire/reading.ts';
import { zCount, zPrice, zToldMoment } from '../wire/wire-fields.ts';
import { wirePositive } from '../wire/wire-number.ts';
import { recordOf } from '../wire/wire-json.ts';
import { symbolOf } from './symbols.ts';

const fullRow = z.object({
  PRICE: zPrice,
  LASTUPDATE: zToldMoment,
  OPEN24HOUR: zPrice,
  HIGH24HOUR: zPrice,
  LOW24HOUR: zPrice,
  VOLUME24HOUR: zCount,
  MKTCAP: zCount,
});

/** `pricemultifull`: `RAW.BTC.USD`. Open, high, low and volume (in the coin) are of the last 24 hours. */
export function readFullPrices(raw: Record<string, unknown>, receivedAt: Date, asked?: MarketSymbol[]) {
  return eachPair(raw, asked, (symbol, currency, value): Quote | ProviderError => {
    const parsed = fullRow.safeParse(value);
    if (!parsed.success) return providerError('malformed', 'a pair that is not an object', { symbol });
    const row = parsed.data;
    if (!row.PRICE) return providerError('no_data', 'listed, but without a price', { symbol });
    if (row.LASTUPDATE === null) return timeless(symbol);
    return {
      symbol,
      price: row.PRICE,
      open: row.OPEN24HOUR,
      high: row.HIGH24HOUR,
      low: row.LOW24HOUR,
      previousClose: null,
      volume: row.VOLUME24HOUR,
      // 0 stands for a supply that isn't known.
      marketCap: row.MKTCAP === '0' ? null : row.MKTCAP,
      currency,
      quoteTime: row.LASTUPDATE ?? receivedAt,
      delayS: 0,
    };
  });
}

/**
 * `pricemulti` and `pricehistorical`: `{"BTC": {"USD": 1}}`. The answer tells no time: now (prices are ten seconds old
 * at most), or for history the moment that the address asked for.
 */
export function readBarePrices(json: Record<string, unknown>, at: Date, asked?: MarketSymbol[]) {
  return eachPair(json, asked, (symbol, currency, value): Quote | ProviderError => {
    const price = wirePositive(value);
    if (!price) return providerError('no_data', 'listed, but without a price', { symbol });
    const none = { open: null, high: null, low: null, previousClose: null, volume: null, marketCap: null };
    return { ...none, symbol, price, currency, quoteTime: at, delayS: 0 };
  });
}

function eachPair(
  table: Record<string, unknown>,
  asked: MarketSymbol[] | undefined,
  read: (symbol: MarketSymbol, currency: string, value: unknown) => Quote | ProviderError,
): (Quote | ProviderError)[] {
  return Object.entries(table).flatMap(([fsym, row]) =>
    Object.entries(recordOf(row) ?? {}).flatMap(([tsym, value]) => {
      // Beside the prices of a history stands how they were converted.
      const symbol = tsym === 'ConversionType' || fsym === 'ConversionType' ? null : symbolOf(fsym, tsym, asked);
      return symbol ? read(symbol, tsym.toUpperCase(), value) : [];
    }),
  );
}
