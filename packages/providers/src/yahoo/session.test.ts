import type { HttpAnswer, ProviderError } from '../provider.ts';
import { yahooSession } from './session.ts';

const answer = (more: Partial<HttpAnswer>): HttpAnswer => ({
  status: 200,
  headers: {},
  body: '',
  url: 'https://query2.finance.yahoo.com/v1/test/getcrumb',
  receivedAt: new Date('2026-03-04T16:00:00Z'),
  ...more,
});

const [cookieStep, crumbStep] = yahooSession.steps;

test('the cookie is what every page sets, a 404 too', () => {
  const headers = { 'set-cookie': ['A3=d=AQAB; Expires=Thu; Path=/', 'A1=x; Secure'] };
  expect(cookieStep?.read(answer({ status: 404, headers }))).toEqual({ cookie: 'A3=d=AQAB; A1=x' });
  expect(cookieStep?.read(answer({ status: 404 }))).toMatchObject({ kind: 'unavailable' });
});

test.each([
  ['haT3oykhHqZ', 'a crumb'],
  ['Zv/p1.b0x\\u002F', 'a crumb with signs in it'],
])('%s is %s', (body) => {
  expect(crumbStep?.read(answer({ body }))).toEqual({ crumb: body });
});

test.each<[string, string, number, ProviderError['kind']]>([
  ['a sentence with HTTP 200', 'Too Many Requests', 200, 'rate_limited'],
  ['a sentence with HTTP 429', 'Edge: Too Many Requests', 429, 'rate_limited'],
  ['a page of consent', '<!DOCTYPE html><html><title>Yahoo is part of the family</title></html>', 200, 'unavailable'],
  ['nothing', '', 200, 'unavailable'],
  [
    'an error as JSON',
    '{"finance":{"result":null,"error":{"code":"Unauthorized","description":"Invalid Cookie"}}}',
    401,
    'bad_key',
  ],
])('%s in place of the crumb is not kept', (_what, body, status, kind) => {
  expect(crumbStep?.read(answer({ body, status }))).toMatchObject({ kind });
});

test.each([
  ['an invalid crumb', { status: 401, body: '{"finance":{"error":{"description":"Invalid Crumb"}}}' }, true],
  ['a redirect to consent', { status: 302, headers: { location: 'https://guce.yahoo.com/consent?x=1' } }, true],
  ['a page of consent', { body: '<!DOCTYPE html><html><body>collectConsent</body></html>' }, true],
  ['a quote', { body: '{"quoteResponse":{"result":[],"error":null}}' }, false],
  ['the limit', { status: 429, body: 'Too Many Requests' }, false],
])('after %s the session is over: %#', (_what, more, over) => {
  expect(yahooSession.expired(answer(more))).toBe(over);
});

test('the simulator takes a crumb with the cookie that it was given for, and no other', () => {
  const request = (path: string, query: string, cookie?: string) => ({
    method: 'GET',
    path,
    query: new URLSearchParams(query),
    headers: cookie ? { cookie } : {},
    body: '',
  });
  const set = yahooSession.simulated?.answer(request('/', ''))?.headers?.['set-cookie'] ?? '';
  const cookie = set.split(';')[0] ?? '';
  const crumb = yahooSession.simulated?.answer(request('/v1/test/getcrumb', '', cookie))?.body ?? '';
  expect(crumbStep?.read(answer({ body: crumb }))).toEqual({ crumb });
  const refuse = (query: string, from?: string) =>
    yahooSession.simulated?.refuse(request('/v7/finance/quote', query, from))?.status ?? 200;
  expect(refuse(`symbols=AAPL&crumb=${encodeURIComponent(crumb)}`, cookie)).toBe(200);
  expect(refuse('symbols=AAPL&crumb=other', cookie)).toBe(401);
  expect(refuse(`symbols=AAPL&crumb=${encodeURIComponent(crumb)}`)).toBe(401);
  expect(yahooSession.simulated?.refuse(request('/v8/finance/chart/AAPL', ''))).toBeNull();
});
