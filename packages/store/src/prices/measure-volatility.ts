import { type ClosingBar, volatilityOf, VOLATILITY_SESSIONS } from '@freshet/market';
import type { Client } from '../database/pool.ts';

/**
 * Measures the volatility of symbols anew, from the good final closes of their last year. A landing of a few sessions
 * is too short for that, and the value from when the history came grows old. If too few closes are stored, the known
 * value stays.
 */
export async function measureVolatility(client: Client, symbols: string[]): Promise<void> {
  if (symbols.length === 0) return;
  const { rows } = await client.query<[string, string, string, string | null, string | null]>({
    name: 'closes-of-the-year',
    text: `select b.* from unnest($1::text[]) as t(symbol) cross join lateral (
             select symbol, session, close, split_ratio, dividend from daily_bars
             where symbol = t.symbol and quality = 'good' and not provisional order by session desc limit $2) b`,
    values: [symbols, VOLATILITY_SESSIONS + 1],
    rowMode: 'array',
  });
  const bars = new Map<string, ClosingBar[]>();
  // The closes come latest first.
  for (let i = rows.length - 1; i >= 0; i--) {
    const [symbol, session, close, splitRatio, dividend] = rows[i] as (typeof rows)[number];
    const own = bars.get(symbol);
    if (own) own.push({ session, close, splitRatio, dividend });
    else bars.set(symbol, [{ session, close, splitRatio, dividend }]);
  }
  const measured = [...bars].flatMap(([symbol, own]) => {
    const volatility = volatilityOf(own);
    return volatility === null ? [] : [{ symbol, volatility }];
  });
  if (measured.length === 0) return;
  await client.query({
    name: 'write-volatility',
    text: `update assets a set volatility = t.volatility from unnest($1::text[], $2::float8[]) as t(symbol, volatility)
           where a.symbol = t.symbol and a.volatility is distinct from t.volatility`,
    values: [measured.map(({ symbol }) => symbol), measured.map(({ volatility }) => volatility)],
  });
}
