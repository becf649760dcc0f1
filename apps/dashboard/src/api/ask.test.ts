import { addressOf, Refusal } from './ask.ts';

test('an address has its places filled and its fields appended, all escaped', () => {
  expect(addressOf('/api/v1/market-data/explain/{symbol}', { path: { symbol: '^GSPC' } })).toBe(
    '/api/v1/market-data/explain/%5EGSPC',
  );
  expect(addressOf('/api/v1/assets', { query: { q: 'a&b', limit: 8, class: undefined } })).toBe(
    '/api/v1/assets?q=a%26b&limit=8',
  );
});

test('a refusal says what the API said, and when to come back', () => {
  const refusal = new Refusal(429, { code: 'rate_limited', detail: 'Wait.' }, '60');
  expect([refusal.message, refusal.code, refusal.retryAfterS]).toEqual(['Wait.', 'rate_limited', 60]);
  expect(new Refusal(502, {}, null).message).toBe('The server answered 502.');
});
