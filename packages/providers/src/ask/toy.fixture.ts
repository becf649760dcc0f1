import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Quote } from '@freshet/market';
import type { Ask, Endpoint, Provider, SessionHandshake } from '../provider.ts';
import { providerError, reading, refusal } from '../wire/reading.ts';
import { retryAfterMs } from '../wire/retry-after.ts';

/** How the toy's server answers one request. */
export type Reply = (request: IncomingMessage, response: ServerResponse) => void;

/** A provider on a real HTTP server, with an adapter that is as plain as one can be. */
export interface Toy {
  provider: Provider;
  url: string;
  /** Paths asked, in their order. */
  asked: string[];
  /** The next requests are answered so, in turn; then each with what it asked for. */
  next(...replies: Reply[]): void;
  close(): Promise<void>;
}

export const answers =
  (status: number, body: unknown = '', headers: Record<string, string> = {}): Reply =>
  (_request, response) => {
    response.writeHead(status, headers);
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

/** Breaks the connection in the middle of the answer. */
export const breaksOff: Reply = (_request, response) => {
  response.writeHead(200, { 'content-length': '100' });
  response.write('{"pr');
  setTimeout(() => response.destroy(), 5);
};

function quoteOf(symbol: string, price: string): Quote {
  const none = { open: null, high: null, low: null, previousClose: null, volume: null, bid: null, ask: null };
  return { ...none, symbol, price, currency: 'USD', quoteTime: new Date(0), delayS: 0 } as unknown as Quote;
}

export const toyQuote: Endpoint<'quote'> = {
  classes: ['equity'],
  batchMax: 10,
  batchBest: 5,
  cost: (symbols) => symbols,
  request: ({ symbols, key, session }: Ask) => ({
    method: 'GET',
    path: `/quote?symbols=${symbols.join(',')}&token=${key ?? ''}${session?.crumb ? `&crumb=${session.crumb}&cookie=${session.cookie}` : ''}`,
  }),
  read(answer, { symbols }) {
    if (answer.body === 'throw') throw new Error('unexpected');
    const retry = { retryAfterMs: retryAfterMs(answer) };
    if (answer.status === 429) return refusal('rate_limited', 'too many', retry);
    if (answer.status === 403) return refusal('bad_key', `the key was refused: ${answer.url}`);
    if (answer.status >= 500) return refusal('unavailable', `HTTP ${answer.status}`, retry);
    const prices = JSON.parse(answer.body) as Record<string, string>;
    const used = Number(answer.headers['x-used']);
    return reading({
      quotes: Object.entries(prices).map(([symbol, price]) => quoteOf(symbol, price)),
      errors: symbols
        .filter((symbol) => !(symbol in prices))
        .map((symbol) => providerError('unknown_symbol', 'unknown', { symbol })),
      learned: used ? [{ perSeconds: 60, used }] : [],
    });
  },
  simulated: { match: () => null, write: () => ({ status: 200, body: '' }) },
};

export async function startToy(changes: Partial<Provider> = {}): Promise<Toy> {
  const asked: string[] = [];
  const replies: Reply[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const reply = replies.shift();
    if (reply) reply(request, response);
    else {
      const symbols = new URL(request.url ?? '', 'http://toy').searchParams.get('symbols')?.split(',') ?? [];
      answers(200, Object.fromEntries(symbols.filter((symbol) => symbol !== 'NONE').map((symbol) => [symbol, '1'])))(
        request,
        response,
      );
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider: Provider = {
    name: 'toy',
    title: 'Toy',
    envPrefix: 'TOY',
    baseUrl: url,
    key: 'required',
    state: 'on',
    limits: [{ limit: 20, perSeconds: 60, counts: 'cost' }],
    concurrency: 4,
    serves: { quote: toyQuote },
    readAny: () => reading({}),
    ...changes,
  };
  return {
    provider,
    url,
    asked,
    next: (...more) => void replies.push(...more),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A handshake of two steps, as Yahoo's: a cookie, then a crumb. An answer of status 401 means that it is over. */
export const twoSteps: SessionHandshake = {
  steps: [
    {
      request: () => ({ method: 'GET', path: '/cookie' }),
      read: (answer) =>
        answer.status === 200 ? { cookie: answer.body } : providerError('unavailable', `HTTP ${answer.status}`),
    },
    {
      request: ({ cookie = '' }) => ({ method: 'GET', path: '/crumb', headers: { cookie } }),
      read: (answer) => ({ crumb: answer.body }),
    },
  ],
  expired: (answer) => answer.status === 401,
  maxAgeMs: 60_000,
};
