import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { firstQuotes } from './first-quotes.ts';

/** An API whose providers are as they are told, and which stores nothing. */
async function apiWith(sources: object[]) {
  const server = createServer((request, response) => {
    const answers = request.url?.includes('sources') ? { sources } : { quotes: [] };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answers));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

const failing = { title: 'Yahoo', enabled: true, last_success_at: null, last_error: { detail: 'not reached' } };
const ask = (api: string, withinMs: number) =>
  firstQuotes({ api, key: 'key', withinMs, hopelessAfterMs: 300, signal: new AbortController().signal });

test('while every provider that is asked fails, the wait for first quotes ends early and says why', async () => {
  const api = await apiWith([failing, { ...failing, title: 'Off', enabled: false }]);
  expect(await ask(api.url, 60_000)).toEqual(['Yahoo: not reached']);
  api.close();
});

test('a provider that has answered is waited for', async () => {
  const api = await apiWith([failing, { ...failing, title: 'Binance', last_success_at: '2026-11-20T12:00:00.000Z' }]);
  expect(await ask(api.url, 1_500)).toEqual([]);
  api.close();
});
