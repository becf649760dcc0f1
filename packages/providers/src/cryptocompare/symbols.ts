import { isMarketSymbol, type MarketSymbol, pairOf } from '@freshet/market';
import { isFiat, pairSymbol } from '../symbols/pair-symbols.ts';
import { UNNAMED } from '../symbols/spelling.ts';

/** `BTC-USD` → BTC in USD; null for what isn't a crypto pair. */
export function coinPair(symbol: MarketSymbol): { fsym: string; tsym: string } | null {
  const pair = symbol.endsWith('=X') ? null : pairOf(symbol);
  return pair ? { fsym: pair.base, tsym: pair.quote } : null;
}

/** The symbol of one currency in another; money in money is the FX pair (`USDEUR=X`, or `EUR=X` where that was asked for). */
export function symbolOf(fsym: string, tsym: string, asked?: readonly MarketSymbol[]): MarketSymbol | null {
  const [base, quote] = [fsym.toUpperCase(), tsym.toUpperCase()];
  if (base === '') return UNNAMED;
  const short = `${quote}=X`;
  if (base === 'USD' && isFiat(quote) && asked?.includes(short)) return short;
  const symbol = pairSymbol(base, quote);
  return isMarketSymbol(symbol) ? symbol : null;
}
