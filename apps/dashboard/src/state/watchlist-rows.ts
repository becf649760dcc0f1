import type { WatchlistItemView } from '@freshet/contracts/api';

/** A row of a watchlist as the page shows it: `adding` has been asked for and isn't answered yet. */
export interface Row {
  symbol: string;
  name: string | null;
  status: WatchlistItemView['status'] | 'adding';
}

/** The API's rows, without the symbols being removed, and with those being added at the end. */
export function rowsOf(
  items: readonly WatchlistItemView[],
  adding: readonly string[],
  removing: readonly string[],
): Row[] {
  const told = items
    .filter(({ symbol }) => !removing.includes(symbol))
    .map(({ symbol, name, status }) => ({ symbol, name, status }));
  const ahead = adding
    .filter((symbol) => !removing.includes(symbol) && !told.some((row) => row.symbol === symbol))
    .map((symbol) => ({ symbol, name: null, status: 'adding' as const }));
  return [...told, ...ahead];
}

/** The changes that the server's list doesn't show yet: added symbols that it lacks, removed ones that it still has. */
export function stillAhead(
  items: readonly { symbol: string }[],
  ahead: { adding: readonly string[]; removing: readonly string[] },
): { adding: string[]; removing: string[] } {
  const told = new Set(items.map(({ symbol }) => symbol));
  return {
    adding: ahead.adding.filter((symbol) => !told.has(symbol)),
    removing: ahead.removing.filter((symbol) => told.has(symbol)),
  };
}

export type SortBy = 'list' | 'symbol' | 'price' | 'change' | 'age';

/** What a row is sorted by; null sorts last, whichever way. */
export interface SortFigures {
  price: number | null;
  change: number | null;
  age: number | null;
}

export function sortRows(
  rows: readonly Row[],
  by: SortBy,
  descending: boolean,
  figuresOf: (symbol: string) => SortFigures,
): Row[] {
  if (by === 'list') return [...rows];
  const way = descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    if (by === 'symbol') return way * a.symbol.localeCompare(b.symbol, 'en');
    const left = figuresOf(a.symbol)[by];
    const right = figuresOf(b.symbol)[by];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return way * (left - right);
  });
}

/** The same rows, in an order that was found before. */
export function inOrderOf(symbols: readonly string[], rows: readonly Row[]): Row[] {
  const place = new Map(symbols.map((symbol, index) => [symbol, index]));
  const placeOf = ({ symbol }: Row) => place.get(symbol) ?? symbols.length;
  return rows.toSorted((a, b) => placeOf(a) - placeOf(b));
}
