import type { ProviderErrorKind } from '@freshet/contracts';
import type { HttpAnswer } from '../provider.ts';

const PAGE = '<!DOCTYPE html>\n<html><head><title>Sorry</title></head><body><p>Something went wrong.</p></body></html>';
const FOREIGN = '{"wholly":{"other":["format",1,2,3]}}';

const NO_PRICE: ProviderErrorKind[] = ['malformed', 'no_data', 'unknown_symbol'];
const LIMITED: ProviderErrorKind[] = ['rate_limited', 'quota_spent'];

/** Ways in which a good answer goes wrong, and the kinds of error that tell it. */
export const spoiled: [string, (good: HttpAnswer) => Partial<HttpAnswer>, ProviderErrorKind[]][] = [
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
  ['an outage that shows a page', () => ({ status: 502, body: PAGE }), ['unavailable']],
  ['a limit by its status', () => ({ status: 429, headers: { 'retry-after': '12' }, body: 'slow down' }), LIMITED],
];

/** Every number, and every text that is one, put out of use; names and structure stay. */
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
