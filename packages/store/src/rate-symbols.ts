import { COIN_CURRENCIES } from '@freshet/market';

const COINS = `(${COIN_CURRENCIES.map((coin) => `'${coin}'`).join(', ')})`;

/**
 * SQL: the symbols, a row each, whose prices make the rate from one currency into another. Of money it is the FX pair
 * of the two; where one is a coin, what each is worth in dollars, for a coin is traded in those everywhere (`USDT-USD`,
 * and `USDEUR=X` for who counts in euros).
 */
export function rateSymbols(from: string, to: string): string {
  const inDollars = (currency: string, pair: string) =>
    `case when ${currency} = 'USD' then null when ${currency} in ${COINS} then ${currency} || '-USD' else ${pair} || '=X' end`;
  return `unnest(case when ${from} in ${COINS} or ${to} in ${COINS}
      then array_remove(array[${inDollars(from, `${from} || 'USD'`)}, ${inDollars(to, `'USD' || ${to}`)}], null)
      else array[${from} || ${to} || '=X'] end)`;
}
