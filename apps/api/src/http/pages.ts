import { Problem } from './problem.ts';

const DEFAULT_ROWS = 50;

/** A request for a page: how many rows, and the place where the previous page ended. */
export interface PageAsk<Place> {
  limit: number;
  after: Place | undefined;
}

/** Checks for the parts of a place. A made-up cursor must not send the database values that it can't read. */
const PARTS = {
  text: (part: unknown) => typeof part === 'string' && !part.includes('\0'),
  number: (part: unknown) => Number.isSafeInteger(part),
  time: (part: unknown) => typeof part === 'string' && isTime(part),
  day: (part: unknown) => typeof part === 'string' && isTime(`${part}T00:00:00.000Z`),
};
type Part = keyof typeof PARTS;
type PlaceOf<Parts extends readonly Part[]> = {
  -readonly [I in keyof Parts]: Parts[I] extends 'number' ? number : string;
};

/** Reads `limit` and `cursor`. A cursor is the place of a page's last row, opaque to clients; `parts` are the types of its parts. */
export function pageAsk<const Parts extends readonly Part[]>(
  query: { limit?: number; cursor?: string },
  ...parts: Parts
): PageAsk<PlaceOf<Parts>> {
  return {
    limit: query.limit ?? DEFAULT_ROWS,
    after: query.cursor === undefined ? undefined : readCursor(query.cursor, parts),
  };
}

export interface PageAnswer<T> {
  body: { data: T[]; next_cursor: string | null };
  headers: Record<string, string>;
}

/**
 * Answers a page from up to `limit + 1` rows: a row beyond `limit` means that there is a next page. `placeOf` gives the place after which
 * the next query continues; `url` is the address of the request, for `Link` (RFC 8288).
 */
export function pageAnswer<Row, T>(
  rows: Row[],
  { limit, url }: { limit: number; url: string },
  show: (row: Row) => T,
  placeOf: (row: Row) => unknown[],
): PageAnswer<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last !== undefined ? cursorOf(placeOf(last)) : null;
  return {
    body: { data: shown.map(show), next_cursor: next },
    headers: next === null ? {} : { link: linkTo(url, next) },
  };
}

/**
 * Answers a page from a complete list with a stable order; without a limit, all of it. The cursor names the last row, so that rows that
 * are added or removed in between don't shift the next page; if that row itself was removed, the page goes on where it was.
 */
export function pageOfAll<T>(
  all: T[],
  { query, url }: { query: { limit?: number; cursor?: string }; url: string },
  nameOf: (row: T) => string,
): PageAnswer<T> {
  const from = query.cursor === undefined ? 0 : behind(all.map(nameOf), readCursor(query.cursor, ['text', 'number']));
  const limit = query.limit ?? all.length;
  return pageAnswer(
    all.slice(from, from + 1 + limit),
    { limit, url },
    (row) => row,
    (row) => [nameOf(row), all.indexOf(row)],
  );
}

/** The index behind a row, given its name and the index that it had. */
function behind(names: string[], [name, index]: [string, number]): number {
  const there = names.indexOf(name);
  return there >= 0 ? there + 1 : Math.max(0, index);
}

function cursorOf(place: unknown[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** A time exactly as `toISOString` writes it, in a year that Postgres can store. */
function isTime(text: string): boolean {
  const time = new Date(text);
  return (
    /^\d{4}-/.test(text) && !text.startsWith('0000') && !Number.isNaN(time.getTime()) && time.toISOString() === text
  );
}

function readCursor<const Parts extends readonly Part[]>(cursor: string, parts: Parts): PlaceOf<Parts> {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const fits = Array.isArray(place) && place.length === parts.length;
    if (fits && parts.every((part, i) => PARTS[part](place[i]))) return place as PlaceOf<Parts>;
  } catch {
    // The problem is thrown below.
  }
  throw new Problem('invalid_request', {
    detail: 'cursor: is not a cursor of this list. Send next_cursor of the previous page.',
    errors: [{ parameter: 'cursor', detail: 'is not a cursor of this list' }],
  });
}

/** `Link: <…>; rel="next"` (RFC 8288) for the page after `cursor`. */
function linkTo(url: string, cursor: string): string {
  const [path, query] = url.split('?', 2);
  const parameters = new URLSearchParams(query);
  parameters.set('cursor', cursor);
  return `<${path}?${parameters.toString()}>; rel="next"`;
}
