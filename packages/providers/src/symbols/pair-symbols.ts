import { isMarketSymbol, type MarketSymbol, pairOf } from '@freshet/market';
import { UNNAMED } from './spelling.ts';

/** Government money and metals that trade as FX; anything else in a pair is a coin. ISO 4217 codes in circulation. */
const FIAT = new Set(
  (
    'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLF CLP ' +
    'CNH CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF ' +
    'IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT ' +
    'MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR ' +
    'SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV ' +
    'WST XAF XCD XDR XOF XPF YER ZAR ZMW ZWL XAU XAG XPT XPD'
  ).split(' '),
);

/** What coins are quoted in, longest first, so that BTCUSDT is not BTCUS in T. */
const QUOTED_IN = [
  'USDT',
  'USDC',
  'FDUSD',
  'TUSD',
  'BUSD',
  'USD',
  'EUR',
  'GBP',
  'JPY',
  'AUD',
  'CAD',
  'CHF',
  'CNY',
  'KRW',
  'INR',
  'BRL',
  'BTC',
  'ETH',
  'BNB',
];

export function isFiat(code: string): boolean {
  return FIAT.has(code);
}

/** The canonical symbol of a pair: `EURUSD=X` for money in money, `BTC-USD` for coins. */
export function pairSymbol(base: string, quote: string): MarketSymbol {
  const [from, to] = [base.toUpperCase(), quote.toUpperCase()];
  return isFiat(from) && isFiat(to) ? `${from}${to}=X` : `${from}-${to}`;
}

/**
 * The symbol of a pair that an answer names: as it was asked for (`JPY=X` and `USDJPY=X` are one), else its own. Another pair
 * than the one that was asked is never taken for it.
 */
export function pairAsked(base: string, quote: string, asked: readonly MarketSymbol[] | undefined): MarketSymbol {
  const own = pairSymbol(base, quote);
  const same = asked?.find((symbol) => {
    const pair = pairOf(symbol);
    return pair !== null && pairSymbol(pair.base, pair.quote) === own;
  });
  return same ?? (isMarketSymbol(own) ? own : UNNAMED);
}

/** Base and quote of a pair written together (`EURUSD`, `BTCUSDT`); null when no known quote currency ends it. */
export function splitPair(text: string): { base: string; quote: string } | null {
  const name = text.toUpperCase();
  if (name.length === 6 && isFiat(name.slice(0, 3)) && isFiat(name.slice(3))) {
    return { base: name.slice(0, 3), quote: name.slice(3) };
  }
  const quote = QUOTED_IN.find((code) => name.length >= code.length + 2 && name.endsWith(code));
  return quote ? { base: name.slice(0, -quote.length), quote } : null;
}
