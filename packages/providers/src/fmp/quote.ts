import { type MarketSymbol, type Quote, classOfSymbol } from '@freshet/market';
import { z } from 'zod';
import { listingOf } from '../symbols/listings.ts';
import { inMajor } from '../wire/minor-units.ts';
import type { HttpAnswer, ProviderError, Reading } from '../provider.ts';
import { reading, refusal, timeless } from '../wire/reading.ts';
import { firstNamed } from '../symbols/spelling.ts';
import { zCount, zPrice, zText, zToldMoment } from '../wire/wire-fields.ts';
import { wireDate } from '../wire/wire-number.ts';
import { rowsOf, zRequiredPrice } from '../wire/wire-rows.ts';
import { fromFmp, unitOf } from './symbols.ts';

/** Stock prices of the free plan are a quarter of an hour late; currencies and coins are not. */
const STOCK_DELAY_S = 900;

/** What `quote`, `quote-short` and the batch forms have in common, in `/stable` and in `/api/v3`. */
const zQuote = z.object({
  symbol: zText,
  price: zRequiredPrice,
  open: zPrice,
  dayHigh: zPrice,
  dayLow: zPrice,
  previousClose: zPrice,
  volume: zCount,
  marketCap: zCount,
  timestamp: zToldMoment,
});

/** A list of quotes; `[]` when the symbol is unknown, or when the free plan is given a list of symbols. */
export function readQuotes(answer: HttpAnswer, list: unknown[], symbol: MarketSymbol, asked?: MarketSymbol[]): Reading {
  if (list.length === 0)
    return refusal('unknown_symbol', 'FMP answered with an empty list: it knows no such symbol.', { symbol });
  const found = rowsOf(zQuote, list);
  if (!found || found.rows.length === 0)
    return refusal('malformed', 'FMP: a quote without a price above zero.', { symbol });
  const read = found.rows.map((row): Quote | ProviderError => {
    const named = firstNamed(fromFmp(row.symbol, asked), symbol);
    if (row.timestamp === null) return timeless(named);
    const unit = unitOf(named);
    const kind = classOfSymbol(named);
    const timed = kind === 'crypto' || kind === 'fx';
    return {
      symbol: named,
      price: inMajor(row.price, unit) ?? row.price,
      open: inMajor(row.open, unit),
      high: inMajor(row.dayHigh, unit),
      low: inMajor(row.dayLow, unit),
      previousClose: inMajor(row.previousClose, unit),
      volume: row.volume,
      marketCap: row.marketCap,
      currency: unit.currency,
      quoteTime: row.timestamp ?? answer.receivedAt,
      delayS: timed ? 0 : STOCK_DELAY_S,
      ...(unit.convertedBy ? { convertedBy: unit.convertedBy } : {}),
    };
  });
  return reading({
    quotes: read.flatMap((row) => ('price' in row ? row : [])),
    errors: read.flatMap((row) => ('kind' in row ? row : [])),
  });
}

const zRate = z.object({
  ticker: zText,
  symbol: zText,
  bid: zPrice,
  ask: zPrice,
  open: zPrice,
  high: zPrice,
  low: zPrice,
  date: zText,
});

/** `/api/v3/fx`: `[{ticker: "EUR/USD", bid, ask, open, low, high, changes, date}]`; the bid, as FMP's own quotes of pairs. */
export function readFxList(answer: HttpAnswer, list: unknown[], asked?: MarketSymbol[]): Reading {
  const found = rowsOf(zRate, list);
  const read = (found?.rows ?? []).flatMap((row): (Quote | ProviderError)[] => {
    const symbol = fromFmp(row.ticker ?? row.symbol, asked);
    const price = row.bid ?? row.ask;
    if (price === null) return [];
    const quoteTime = row.date ? wireDate(`${row.date.replace(' ', 'T')}Z`) : answer.receivedAt;
    if (!quoteTime) return [timeless(symbol)];
    const { open, high, low } = row;
    return [
      {
        symbol,
        price,
        open,
        high,
        low,
        previousClose: null,
        volume: null,
        marketCap: null,
        currency: listingOf(symbol).unit,
        quoteTime,
        delayS: 0,
      },
    ];
  });
  if (read.length === 0) return refusal('malformed', 'FMP: rates without a price above zero.');
  return reading({
    quotes: read.flatMap((row) => ('price' in row ? row : [])),
    errors: read.flatMap((row) => ('kind' in row ? row : [])),
  });
}
