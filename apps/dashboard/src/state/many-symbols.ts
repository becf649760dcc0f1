import { EVENT_TYPES } from '@freshet/contracts/vocabulary';
import { ask, type Given } from '../api/ask.ts';

/** As many symbols as the API takes in one request; its own number comes with all of its schemas. */
export const MOST_SYMBOLS = 500;
/** The most characters that symbols may take in a URL: our server allows 16 kB of URL and headers, many proxies 8 kB of URL. */
const MOST_CHARACTERS = 7_000;

/** The symbols in parts, each of which one request can name. */
export function partsOf(symbols: readonly string[]): string[][] {
  const parts: string[][] = [];
  let part: string[] = [];
  let characters = 0;
  for (const symbol of symbols) {
    // The comma takes three characters in an address.
    const more = encodeURIComponent(symbol).length + 3;
    if (part.length === 0 || part.length === MOST_SYMBOLS || characters + more > MOST_CHARACTERS) {
      part = [];
      parts.push(part);
      characters = 0;
    }
    part.push(symbol);
    characters += more;
  }
  return parts;
}

type Latest = 'GET /api/v1/market-data/latest';

/** The latest quotes of any number of symbols, as if they were asked for at once. */
export async function askLatest(given: Given<Latest>, askOne: typeof ask<Latest> = ask) {
  const all: Awaited<ReturnType<typeof askOne>> = { quotes: [], missing: [] };
  for (const part of partsOf(given.query?.symbols.split(',') ?? [])) {
    const { quotes, missing } = await askOne('GET /api/v1/market-data/latest', {
      ...given,
      query: { symbols: part.join(',') },
    });
    all.quotes.push(...quotes);
    all.missing.push(...missing);
  }
  return all;
}

/** The address that streams the prices of these symbols. If they are more than one request can name, it streams all prices. */
export function streamAddress(symbols: readonly string[]): string {
  const [part, ...more] = partsOf(symbols);
  const types = part ? EVENT_TYPES : EVENT_TYPES.filter((type) => type !== 'price_update');
  const query = new URLSearchParams(
    part && more.length === 0 ? { symbols: part.join(',') } : { types: types.join(',') },
  );
  return `/events/price-updates?${query.toString()}`;
}

const FIRST_RETRY_MS = 3_000;
const LAST_RETRY_MS = 60_000;

/** How long to wait before an address is tried again that was refused so many times in a row. */
export function retryMs(refusals: number): number {
  return Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.max(0, refusals - 1));
}
