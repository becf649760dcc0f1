import type { TriedProvider } from '@freshet/contracts';
import type { Pool } from '../database/pool.ts';

/**
 * The providers that were asked in vain for the prices of these symbols, in order, with the reasons. Symbols that
 * aren't wanted any more are left out.
 */
export async function triedSoFar(pool: Pool, symbols: string[]): Promise<Map<string, TriedProvider[]>> {
  const { rows } = await pool.query<{ symbol: string; tried: TriedProvider[] }>({
    name: 'tried-so-far',
    text: `select symbol, tried from wants where symbol = any($1) and data = 'quote' and not resting`,
    values: [symbols],
  });
  return new Map(rows.map(({ symbol, tried }) => [symbol, tried]));
}
