import type { MarketSymbol, Quote } from '@freshet/market';
import { z } from 'zod';
import { inMajor, listedUnit } from '../wire/minor-units.ts';
import type { HttpAnswer, Reading } from '../provider.ts';
import { reading, refusal, timeless } from '../wire/reading.ts';
import { zPrice, zToldMoment } from '../wire/wire-fields.ts';
import { wireDecimal } from '../wire/wire-number.ts';

const zQuote = z.object({ c: zPrice, o: zPrice, h: zPrice, l: zPrice, pc: zPrice, t: zToldMoment });

/** `/quote`: `{c,d,dp,h,l,o,pc,t}` without symbol or currency. A name that nobody knows is all zeros, with HTTP 200. */
export function readQuote(answer: HttpAnswer, body: Record<string, unknown>, symbol: MarketSymbol): Reading {
  const parsed = zQuote.safeParse(body);
  if (!parsed.success || !('c' in body)) return refusal('malformed', 'Finnhub: a quote without its price.', { symbol });
  const { c, o, h, l, pc, t } = parsed.data;
  if (c === null) {
    return wireDecimal(body.c) === '0'
      ? refusal('unknown_symbol', 'Finnhub answered with zeros: it knows no such symbol.', { symbol })
      : refusal('malformed', 'Finnhub: a price that is not above zero.', { symbol });
  }
  if (t === null) return reading({ errors: [timeless(symbol)] });
  const unit = listedUnit(symbol);
  const quote: Quote = {
    symbol,
    price: inMajor(c, unit) ?? c,
    open: inMajor(o, unit),
    high: inMajor(h, unit),
    low: inMajor(l, unit),
    previousClose: inMajor(pc, unit),
    volume: null,
    marketCap: null,
    currency: unit.currency,
    quoteTime: t ?? answer.receivedAt,
    delayS: 0,
    ...(unit.convertedBy ? { convertedBy: unit.convertedBy } : {}),
  };
  return reading({ quotes: [quote] });
}

/** `/forex/rates`: `{base, quote: {USD: 1.08, …}}`, every rate of one base currency. */
export function readRates(
  answer: HttpAnswer,
  body: Record<string, unknown>,
  pairOfRate: (quote: string) => MarketSymbol,
): Reading {
  const rates = z.record(z.string(), zPrice).safeParse(body.quote);
  if (!rates.success) return refusal('malformed', 'Finnhub: rates without a table.');
  const quotes = Object.entries(rates.data).flatMap(([code, rate]): Quote[] =>
    rate === null || code === body.base
      ? []
      : [
          {
            symbol: pairOfRate(code),
            price: rate,
            open: null,
            high: null,
            low: null,
            previousClose: null,
            volume: null,
            marketCap: null,
            currency: code,
            quoteTime: answer.receivedAt,
            delayS: 0,
          },
        ],
  );
  return reading({ quotes });
}
