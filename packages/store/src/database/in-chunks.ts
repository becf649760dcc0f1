import type { Pool } from './pool.ts';

/** The most rows that one statement deletes, so that no lock is held for long and no statement times out. */
export const CHUNK = 5_000;

/** Runs a statement that deletes up to `CHUNK` rows until it finds no more. @returns how many went */
export async function inChunks(pool: Pool, text: string, values: unknown[] = []): Promise<number> {
  let total = 0;
  for (;;) {
    const { rowCount } = await pool.query(text, values);
    total += rowCount ?? 0;
    if ((rowCount ?? 0) < CHUNK) return total;
  }
}
