import type { HeldFrom, Holding } from '@freshet/store';

/*
 * What portfolios hold goes to the threads again and again, so it is JSON in shared memory: written once and passed without
 * a copy. The event loop's heap holds no objects for it, which every garbage collection would have to walk through.
 */

/** Rows as text, without their names. */
export const holdingsText = (holdings: readonly Holding[]): string =>
  JSON.stringify(holdings.map((each) => [each.symbol, each.quantity, each.cost, each.targetWeight, each.since]));

/** Changes of what was held, as rows like those of holdings. */
export const changesText = (changes: readonly HeldFrom[]): string =>
  JSON.stringify(changes.map(({ symbol, quantity, at }) => [symbol, quantity, at]));

/** Text as bytes in shared memory, which threads read without copying. */
export function toShared(text: string): Uint8Array {
  const bytes = Buffer.from(new SharedArrayBuffer(Buffer.byteLength(text)));
  bytes.write(text);
  return bytes;
}

export function holdingsOf(shared: Uint8Array): Holding[] {
  return rowsOf<HoldingCells>(shared).map(holdingOf);
}

export const changesOf = (shared: Uint8Array): HeldFrom[] => rowsOf<ChangeCells>(shared).map(changeOf);

type HoldingCells = [symbol: string, quantity: string, cost: string | null, targetWeight: string | null, since: number];
type ChangeCells = [symbol: string, quantity: string, at: number];

const holdingOf = ([symbol, quantity, cost, targetWeight, since]: HoldingCells): Holding => ({
  symbol,
  quantity,
  cost,
  targetWeight,
  since,
});
const changeOf = ([symbol, quantity, at]: ChangeCells): HeldFrom => ({ symbol, quantity, at });

const rowsOf = <T>({ buffer, byteOffset, byteLength }: Uint8Array): T[] =>
  JSON.parse(Buffer.from(buffer, byteOffset, byteLength).toString()) as T[];
