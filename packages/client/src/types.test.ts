import type { RefreshAccepted, RefreshResult, RefreshView } from '@freshet/contracts';
import { createClient } from './client.ts';

/** Never run: the compiler is the test. */
export async function whatTheCompilerHolds() {
  const client = createClient({ url: '' });
  const view: RefreshView = await client.call('GET /api/v1/refreshes/{refresh_id}', { path: { refresh_id: 'ref_1' } });
  const started: RefreshAccepted | RefreshResult = await client.call('POST /api/v1/manual/refresh/prices');
  const listed = await client.call('GET /api/v1/refreshes', { query: { limit: 5, status: 'queued' } });
  const next: string | null = listed.next_cursor;
  // @ts-expect-error its path is needed
  await client.call('GET /api/v1/refreshes/{refresh_id}');
  // @ts-expect-error If-Match is needed
  await client.call('PATCH /api/v1/portfolios/{portfolio_id}', { path: { portfolio_id: 'pf_1' }, body: {} });
  // @ts-expect-error there is no such operation
  await client.call('GET /api/v1/nothing');
  // @ts-expect-error a stream is read with events()
  await client.call('GET /events/price-updates');
  return { view, started, next };
}

test('a client is made without a connection, and says by what it is used', () => {
  expect(Object.keys(createClient({ url: 'http://127.0.0.1:1' })).sort()).toEqual([
    'ask',
    'call',
    'events',
    'refreshEvents',
  ]);
});
