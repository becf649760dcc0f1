import type { DataKind, ProviderErrorKind } from '@freshet/contracts';
import type { HttpAnswer } from '../provider.ts';

const PAGE = '<!DOCTYPE html>\n<html><head><title>Sorry</title></head><body><p>Something went wrong.</p></body></html>';
const FOREIGN = '{"wholly":{"other":["format",1,2,3]}}';

const NO_PRICE: ProviderErrorKind[] = ['malformed', 'no_data', 'unknown_symbol'];
const LIMITED: ProviderErrorKind[] = ['rate_limited', 'quota_spent'];

/** Ways in which a good answer goes wrong, and the kinds of error that tell it. */
const SPOILED: [string, (good: HttpAnswer) => Partial<HttpAnswer>, ProviderErrorKind[]][] = [
  ['a web page', () => ({ status: 200, body: PAGE }), ['malformed', 'unavailable']],
  ['an empty body', () => ({ status: 200, body: '' }), ['malformed', 'no_data', 'unavailable']],
  [
    'a body cut off in the middle',
    (good) => ({ body: good.body.slice(0, good.body.length >> 1) }),
    ['malformed', 'no_data'],
  ],
  ['a body of another format', () => ({ status: 200, body: FOREIGN }), ['malformed', 'no_data', 'unknown_symbol']],
  ['a bare null', () => ({ status: 200, body: 'null' }), ['malformed', 'no_data']],
  ['a bare list', () => ({ status: 200, body: '[]' }), ['malformed', 'no_data', 'unknown_symbol']],
  ['NaN in place of every number', (good) => ({ body: good.body.replace(/-?\d+(\.\d+)?/g, 'NaN') }), NO_PRICE],
  ['null in place of every number', (good) => ({ body: numbersAs(good.body, null) }), NO_PRICE],
  ['words in place of every number', (good) => ({ body: numbersAs(good.body, 'n/a') }), NO_PRICE],
  ['an outage', () => ({ status: 503, body: 'Service Unavailable' }), ['unavailable']],
  ['an address that is gone', () => ({ status: 404, body: PAGE }), ['unavailable', 'malformed']],
  ['an outage that shows a page', () => ({ status: 502, body: PAGE }), ['unavailable']],
  ['a limit by its status', () => ({ status: 429, headers: { 'retry-after': '12' }, body: 'slow down' }), LIMITED],
];

/** The ways that make sense: a date is no number, and only of JSON is it known that something is missing at its end. */
export function spoiledFor(data: DataKind, written: () => HttpAnswer): typeof SPOILED {
  const isJson = /^\s*[[{]/.test(written().body);
  return SPOILED.filter(
    ([what]) => (data !== 'earnings' || !what.includes('number')) && (isJson || !what.includes('cut off')),
  );
}

/** Every number, and every text that is one or a date, put out of use; names and structure stay. */
function numbersAs(body: string, value: null | string): string {
  try {
    return JSON.stringify(JSON.parse(body), (_key, one: unknown) => (isNumeric(one) ? value : one));
  } catch {
    return body.replace(/-?\d+(\.\d+)?/g, String(value));
  }
}

function isNumeric(value: unknown): boolean {
  return (
    typeof value === 'number' || (typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value)))
  );
}

const ODD: unknown[] = [
  null,
  '',
  'N/A',
  '-',
  0,
  -1,
  '-1',
  Number.POSITIVE_INFINITY,
  [],
  {},
  [[]],
  true,
  '1e999',
  'NaN',
  '0x10',
  '٣',
  Number.MAX_VALUE,
  // As nanoseconds, in the year 65000.
  2e21,
  '0000-01-01T00:00:00Z',
  '9999-12-31 23:59:59',
  // What every object has by birth, and what makes one unfit to be a text.
  'constructor',
  { toString: 1 },
];

/**
 * The body with one value after another replaced by each of the odd ones, and cut off at some places: for a walk
 * through everything that a schema may have forgotten. Every row of a list is like its first two, so those stand for all.
 */
export function mutations(body: string): string[] {
  const cuts = [0.1, 0.5, 0.9, 0.99].map((share) => body.slice(0, Math.floor(body.length * share)));
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return [
      ...cuts,
      ...ODD.map((odd) => body.replace(/\d+\.\d+/g, typeof odd === 'string' ? odd : JSON.stringify(odd))),
    ];
  }
  const places = placesIn(json, []);
  return [...cuts, ...places.flatMap((place) => ODD.map((odd) => JSON.stringify(replacedAt(json, place, odd))))];
}

function placesIn(value: unknown, path: (string | number)[]): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  const keys = Array.isArray(value) ? [...value.keys()].slice(0, 2) : Object.keys(value).slice(0, 60);
  return [path, ...keys.flatMap((key) => placesIn((value as Record<string | number, unknown>)[key], [...path, key]))];
}

function replacedAt(value: unknown, [key, ...rest]: (string | number)[], odd: unknown): unknown {
  if (key === undefined) return odd;
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) };
  (copy as Record<string | number, unknown>)[key] = replacedAt(
    (value as Record<string | number, unknown>)[key],
    rest,
    odd,
  );
  return copy;
}
