import { COIN_CURRENCIES } from '@freshet/market';

const COINS = `(${COIN_CURRENCIES.map((coin) => `'${coin}'`).join(', ')})`;

/**
 * SQL: the symbols, a row each, whose prices make the rate from one currency into another. For two currencies that is
 * their FX pair. If one of them is a coin it is the dollar price of each, because coins are traded in dollars
 * everywhere (`USDT-USD`, and `USDEUR=X` for somebody who counts in euros).
 */
export function rateSymbols(from: string, to: string): string {
  const inDollars = (currency: string, pair: string) =>
    `case when ${currency} = 'USD' then null when ${currency} in ${COINS} then ${currency} || '-USD' else ${pair} || '=X' end`;
  return `unnest(case when ${from} in ${COINS} or ${to} in ${COINS}
      then array_remove(array[${inDollars(from, `${from} || 'USD'`)}, ${inDollars(to, `'USD' || ${to}`)}], null)
      else array[${from} || ${to} || '=X'] end)`;
}
