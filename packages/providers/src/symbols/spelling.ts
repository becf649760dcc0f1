import { type MarketSymbol, isMarketSymbol } from '@freshet/market';
import type { HttpAnswer } from '../provider.ts';

/** Stands for the symbol of an answer that names none, where nobody says what was asked. Not a symbol itself. */
export const UNNAMED: MarketSymbol = '?';

/** A share class with a dot, as most American feeds write it: `BRK-B` → `BRK.B`. Other symbols stay. */
export function dottedClass(symbol: MarketSymbol): string {
  return /^[A-Z]{1,5}-[A-Z]{1,2}$/.test(symbol) ? symbol.replace('-', '.') : symbol;
}

/** `BRK.B` → `BRK-B`. One letter behind the dot is a class, except those that name an exchange (London, Tokyo, Frankfurt, Venture). */
export function dashedClass(wire: string): MarketSymbol {
  const name = wire.toUpperCase();
  return /^[A-Z]{1,5}\.[A-EG-KM-SU-Z]$/.test(name) && !name.endsWith('.V') ? name.replace('.', '-') : name;
}

/**
 * The canonical symbol of a provider's spelling: what was asked under that spelling, else what the spelling means. Of a
 * name that is none (missing, `N/A`) the one symbol that was asked, if it was one.
 */
export function canonicalOf(
  wire: string | null | undefined,
  asked: MarketSymbol[] | undefined,
  spelling: { toWire(symbol: MarketSymbol): string; fromWire(wire: string): MarketSymbol },
): MarketSymbol {
  const name = wire?.trim() ?? '';
  const upper = name.toUpperCase();
  const known = asked?.find((symbol) => spelling.toWire(symbol).toUpperCase() === upper);
  if (known) return known;
  const meant = name === '' ? '' : spelling.fromWire(name);
  if (isMarketSymbol(meant)) return meant;
  return (asked?.length === 1 ? asked[0] : undefined) ?? UNNAMED;
}

/**
 * For simulated ends: the symbol of a name, if the provider itself spells it so, else none. Reading is generous; a real
 * provider knows no `BRK-B` where it writes `BRK.B`, and a simulated one that did would hide a wrong request.
 */
export function speltAs(
  wire: string,
  spelling: { toWire(symbol: MarketSymbol): string; fromWire(wire: string): MarketSymbol },
): MarketSymbol[] {
  const symbol = wire === '' ? UNNAMED : spelling.fromWire(wire);
  return symbol !== UNNAMED && spelling.toWire(symbol).toUpperCase() === wire.toUpperCase() ? [symbol] : [];
}

/** The first of several readings of a name that is one. */
export function firstNamed(...symbols: MarketSymbol[]): MarketSymbol {
  return symbols.find((symbol) => symbol !== UNNAMED) ?? UNNAMED;
}

/** A part of a URL without its escapes; as it is where it isn't escaped as it should be. */
export function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The asked URL in parts, empty where the answer's URL is missing or no URL. Braces of a template are no value. */
export function askedUrl(answer: HttpAnswer): { path: string; parts: string[]; query: URLSearchParams } {
  try {
    const url = new URL(answer.url, 'http://unknown.invalid');
    const path = unescaped(url.pathname).replace(/\/{2,}/g, '/');
    const query = new URLSearchParams([...url.searchParams].filter(([, value]) => !/[{}]/.test(value)));
    return { path, parts: path.split('/').filter((part) => part !== ''), query };
  } catch {
    return { path: '', parts: [], query: new URLSearchParams() };
  }
}
