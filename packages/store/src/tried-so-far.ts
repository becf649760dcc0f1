import type { TriedProvider } from '@freshet/contracts';
import type { Pool } from './pool.ts';

/** Who was asked in vain for a symbol's price that is still wanted, and why, in that order; empty when it isn't wanted. */
export async function triedSoFar(pool: Pool, symbol: string): Promise<TriedProvider[]> {
  const { rows } = await pool.query<{ tried: TriedProvider[] }>({
    name: 'tried-so-far',
    text: `select tried from wants where symbol = $1 and data = 'quote' and not resting`,
    values: [symbol],
  });
  return rows[0]?.tried ?? [];
}
