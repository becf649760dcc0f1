import { isMarketSymbol, type MarketSymbol, pairOf } from '@freshet/market';
import { isFiat } from '../pair-symbols.ts';
import { UNNAMED } from '../spelling.ts';

/** `BTC-USD` → BTC in USD; null for what isn't a crypto pair. */
export function coinPair(symbol: MarketSymbol): { fsym: string; tsym: string } | null {
  const pair = symbol.endsWith('=X') ? null : pairOf(symbol);
  return pair ? { fsym: pair.base, tsym: pair.quote } : null;
}

/** The symbol of one currency in another; money in money is the FX pair (`EURUSD=X`, and `EUR=X` for dollars in euros). */
export function symbolOf(fsym: string, tsym: string, asked?: readonly MarketSymbol[]): MarketSymbol | null {
  const [base, quote] = [fsym.toUpperCase(), tsym.toUpperCase()];
  if (base === '') return UNNAMED;
  if (isFiat(base) && isFiat(quote)) {
    const long = `${base}${quote}=X`;
    const short = base === 'USD' ? `${quote}=X` : long;
    return asked?.includes(long) ? long : short;
  }
  const symbol = `${base}-${quote}`;
  return isMarketSymbol(symbol) ? symbol : null;
}
