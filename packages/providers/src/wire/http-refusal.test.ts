import type { ProviderErrorKind } from '@freshet/contracts';
import { isHtml, shortly, statusRefusal } from './http-refusal.ts';
import type { HttpAnswer } from '../provider.ts';
import { retryAfterMs } from './retry-after.ts';
import { minuteInZone, momentInZone } from './session-date.ts';
import { zonedTime } from './zoned-time.ts';

const answer = (given: Partial<HttpAnswer>): HttpAnswer => ({
  ...{
    status: 200,
    headers: {},
    body: '',
    url: 'https://provider.test/',
    receivedAt: new Date('2026-01-05T12:00:00Z'),
  },
  ...given,
});

test.each<[number, ProviderErrorKind | null]>([
  [0, 'unavailable'],
  [200, null],
  [299, null],
  [301, 'unavailable'],
  [400, 'malformed'],
  [401, 'bad_key'],
  [402, 'plan_forbids'],
  [403, 'plan_forbids'],
  [404, 'malformed'],
  [408, 'unavailable'],
  [429, 'rate_limited'],
  [500, 'unavailable'],
])('status %p alone means %p', (status, kind) => {
  expect(statusRefusal(answer({ status }))?.errors[0]?.kind ?? null).toBe(kind);
});

test('a web page with 404 stands between, and an outage may say for how long', () => {
  expect(statusRefusal(answer({ status: 404, body: '<!-- gone --><html></html>' }))?.errors[0]?.kind).toBe(
    'unavailable',
  );
  const outage = statusRefusal(answer({ status: 503, headers: { 'retry-after': '3' } }));
  expect(outage?.errors[0]?.retryAfterMs).toBe(3_000);
});

test('a page is known by its beginning, a comment before it included', () => {
  expect(['<!doctype html>', ' <HTML>', '<!-- x -->', '{"a":1}', '<price>1</price>'].map(isHtml)).toEqual([
    ...[true, true, true, false, false],
  ]);
});

test('what looks like a key is left out of the words of an error', () => {
  expect(shortly('bad apikey=abc123&x, token: "t0p"')).toBe('bad apikey=…&x, token: "…"');
});

test('an error page whose heading repeats its title is quoted once', () => {
  const page = (title: string, heading: string) => `<title>${title}</title><body><h1>${heading}</h1></body>`;
  expect(shortly(page('Service Unavailable', 'Service Unavailable'))).toBe('Service Unavailable');
  expect(shortly(page('Service', 'Services'))).toBe('Service Services');
});

test.each([
  [{ 'retry-after': '2' }, 2_000],
  [{ 'retry-after': '0.0015' }, 2],
  [{ 'retry-after': 'Mon, 05 Jan 2026 12:00:30 GMT' }, 30_000],
  [{ 'retry-after': 'Mon, 05 Jan 2026 11:00:00 GMT' }, 0],
  [{ 'retry-after': 'Mon, 05 Jan 2026 12:00:30 GMT', date: 'Mon, 05 Jan 2026 12:00:20 GMT' }, 10_000],
  [{ 'retry-after': 'soon' }, null],
  [{}, null],
])('%j is %p ms', (headers: Record<string, string>, ms) => {
  expect(retryAfterMs(answer({ headers }))).toBe(ms);
});

test.each(['9'.repeat(400), '9'.repeat(20), 'Fri, 31 Dec 9999 23:59:59 GMT'])(
  'a wait of %s is one of a year',
  (text) => {
    const limited = statusRefusal(answer({ status: 429, headers: { 'retry-after': text } }));
    expect(limited?.errors[0]?.retryAfterMs).toBe(366 * 86_400_000);
  },
);

test('a local time of a day or a year that there is not is no moment', () => {
  const times = ['0000-01-01 00:00:00', '2026-02-30 12:00:00', '9999-12-31 23:59:59', '9998-12-31 23:59:59'];
  expect(times.map((text) => zonedTime(text, 'America/New_York')?.toISOString())).toEqual([
    ...[undefined, undefined, undefined, '9999-01-01T04:59:59.000Z'],
  ]);
});

test('a local time near a change of daylight saving is the moment on its own side of it', () => {
  expect(momentInZone('2026-03-08', 3 * 60, 'America/New_York').toISOString()).toBe('2026-03-08T07:00:00.000Z');
  expect(momentInZone('2026-03-29', 90, 'Europe/Berlin').toISOString()).toBe('2026-03-29T00:30:00.000Z');
  expect(momentInZone('2026-10-25', 4 * 60, 'Europe/Berlin').toISOString()).toBe('2026-10-25T03:00:00.000Z');
  expect(minuteInZone(new Date('2026-07-01T13:45:00Z'), 'America/New_York')).toBe(9 * 60 + 45);
});
