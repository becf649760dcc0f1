import { Amount, classOfSymbol, type MarketSymbol, pairOf } from '@freshet/market';

export const JSON_TYPE = { 'content-type': 'application/json;charset=utf-8' };

interface Listing {
  zone: string;
  exchange: string;
  openMinute: number;
  /** What Yahoo calls the unit and how many of it make one, where it quotes in hundredths. */
  minor?: string;
}

const LISTINGS: Record<string, Listing> = {
  L: { zone: 'Europe/London', exchange: 'LSE', openMinute: 480, minor: 'GBp' },
  JO: { zone: 'Africa/Johannesburg', exchange: 'JNB', openMinute: 540, minor: 'ZAc' },
  TA: { zone: 'Asia/Jerusalem', exchange: 'TLV', openMinute: 590, minor: 'ILA' },
  DE: { zone: 'Europe/Berlin', exchange: 'GER', openMinute: 540 },
  PA: { zone: 'Europe/Paris', exchange: 'PAR', openMinute: 540 },
  T: { zone: 'Asia/Tokyo', exchange: 'JPX', openMinute: 540 },
};
const US: Listing = { zone: 'America/New_York', exchange: 'NMS', openMinute: 570 };
const CRYPTO: Listing = { zone: 'UTC', exchange: 'CCC', openMinute: 0 };
const FX: Listing = { zone: 'Europe/London', exchange: 'CCY', openMinute: 0 };
const FUTURES: Listing = { zone: 'America/New_York', exchange: 'CMX', openMinute: 0 };

/** Where a symbol of the simulated market is listed, as Yahoo would say. */
export function listingAtYahoo(symbol: MarketSymbol): Listing {
  const byClass = { crypto: CRYPTO, fx: FX, commodity: FUTURES } as Record<string, Listing>;
  return byClass[classOfSymbol(symbol)] ?? LISTINGS[symbol.split('.')[1] ?? ''] ?? US;
}

/** The unit that Yahoo writes a symbol's prices in: pence for pounds in London. */
export function wireUnit(symbol: MarketSymbol, currency: string): { code: string; times: number } {
  const { minor } = listingAtYahoo(symbol);
  return minor && currency.length === 3 && currency !== 'USD' && currency !== 'EUR'
    ? { code: minor, times: 100 }
    : { code: currency, times: 1 };
}

/** A decimal as the number that JSON takes, in the wire's unit. */
export function wireNumber(value: string | null | undefined, times: number | Amount = 1): number | undefined {
  if (value === null || value === undefined) return undefined;
  // Nearly every price of nearly every chart: 3,000 of them in two years of bars.
  return times === 1 ? Number(value) : new Amount(value).times(times).toNumber();
}

/** `USDJPY=X` comes back as `JPY=X`. */
export function yahooSymbol(symbol: MarketSymbol): string {
  const pair = symbol.endsWith('=X') ? pairOf(symbol) : null;
  return pair?.base === 'USD' ? `${pair.quote}=X` : symbol;
}
