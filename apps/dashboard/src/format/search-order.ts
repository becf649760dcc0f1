export interface Found {
  symbol: string;
  name: string;
}

/** What the reader most probably means comes first: the symbol itself, then what begins with the text, then what has it within. */
export function bySearch(text: string, found: readonly Found[]): Found[] {
  const wanted = text.trim().toLowerCase();
  return found.toSorted((a, b) => distance(wanted, a) - distance(wanted, b));
}

const isKnown = (wanted: string, found: readonly Found[]) =>
  found.some(({ symbol }) => symbol.toLowerCase() === wanted);

/** The symbol that is meant by what is written: that itself, unless only a name begins with it. */
export function meantBy(text: string, found: readonly Found[]): string {
  const wanted = text.trim().toLowerCase();
  const [first] = found;
  const isName = wanted.length > 2 && first?.name.toLowerCase().startsWith(wanted);
  return first && isName && !isKnown(wanted, found) ? first.symbol : wanted.toUpperCase();
}

/** What is offered to the reader: what was found, and what is written, for a provider may know it. */
export function offered(text: string, found: readonly Found[]): Found[] {
  const wanted = text.trim().toLowerCase();
  return isKnown(wanted, found) ? [...found] : [...found, { symbol: wanted.toUpperCase(), name: 'as written' }];
}

function distance(wanted: string, { symbol, name }: Found): number {
  if (symbol.toLowerCase() === wanted) return 0;
  if (name.toLowerCase().startsWith(wanted)) return wanted.length > 2 ? 1 : 2;
  if (symbol.toLowerCase().startsWith(wanted)) return wanted.length > 2 ? 2 : 1;
  return 3;
}
