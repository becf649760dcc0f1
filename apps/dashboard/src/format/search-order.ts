/** What the reader most probably means comes first: the symbol itself, then what begins with the text, then what has it within. */
export function bySearch<T extends { symbol: string; name: string }>(text: string, found: readonly T[]): T[] {
  const wanted = text.trim().toLowerCase();
  return found.toSorted((a, b) => distance(wanted, a) - distance(wanted, b));
}

function distance(wanted: string, { symbol, name }: { symbol: string; name: string }): number {
  if (symbol.toLowerCase() === wanted) return 0;
  if (name.toLowerCase().startsWith(wanted)) return wanted.length > 2 ? 1 : 2;
  if (symbol.toLowerCase().startsWith(wanted)) return wanted.length > 2 ? 2 : 1;
  return 3;
}
