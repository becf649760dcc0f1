import type { Problem } from '@freshet/contracts';
import type {
  AnswerOf,
  Operation,
  OperationKey,
  Operations,
  SentBodyOf,
  SentPathOf,
  SentQueryOf,
} from '@freshet/contracts/api';
import { ApiError } from './api-error.ts';
import { type ApiEvent, type EventOptions, readEvents } from './events.ts';

/** Operations that answer with a stream: `client.events` and `client.refreshEvents` read them. */
type StreamKey = {
  [K in OperationKey]: Operations[K] extends { media: 'text/event-stream' } ? K : never;
}[OperationKey];
export type CallKey = Exclude<OperationKey, StreamKey>;

type Part<Name extends string, Sent> = [Sent] extends [undefined]
  ? object
  : Record<never, never> extends Sent
    ? { [N in Name]?: Sent }
    : { [N in Name]: Sent };

/** What an operation takes; whatever it requires is required here. */
export type CallInput<K extends OperationKey> = Part<'path', SentPathOf<K>> &
  Part<'query', SentQueryOf<K>> &
  Part<'body', SentBodyOf<K>> &
  (Operations[K] extends Operation & { ifMatch: true } ? { ifMatch: string } : { ifMatch?: string }) & {
    /** `Prefer: wait`: holds the answer until the refresh has ended, at most so many seconds. */
    waitS?: number;
    /** The same key and body gives the same answer for 24 h. */
    idempotencyKey?: string;
    /** Answers `notModified` when the ETag is still this one. */
    ifNoneMatch?: string;
    signal?: AbortSignal;
  };

type Arguments<K extends OperationKey> =
  Record<never, never> extends CallInput<K> ? [input?: CallInput<K>] : [input: CallInput<K>];

export interface Answer<T> {
  status: number;
  body: T;
  etag: string | null;
  notModified: boolean;
  headers: Headers;
}

export interface Client {
  /**
   * Calls an operation by its method and path: `client.call('GET /api/v1/refreshes/{refresh_id}', { path: { refresh_id } })`.
   * @throws ApiError when the API says no
   */
  call<K extends CallKey>(operation: K, ...input: Arguments<K>): Promise<AnswerOf<K>>;
  /** The same with status, ETag and headers. */
  ask<K extends CallKey>(operation: K, ...input: Arguments<K>): Promise<Answer<AnswerOf<K>>>;
  /** The event log from now on, or from `after`; resumes by itself until `signal` aborts. */
  events(options?: EventOptions & { symbols?: readonly string[]; types?: readonly string[] }): AsyncIterable<ApiEvent>;
  /** A refresh's own events, until it has ended. */
  refreshEvents(refreshId: string, options?: EventOptions): AsyncIterable<ApiEvent>;
}

export interface ClientOptions {
  /** `http://127.0.0.1:8080`; in a browser '' for the page's own origin. */
  url: string;
  /** Without a key the browser's session cookie stands for one. */
  key?: string;
  fetch?: typeof fetch;
  /** Called when the API doesn't know us (any more). */
  onUnauthenticated?(): void;
}

interface Sent {
  path?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
  ifMatch?: string;
  waitS?: number;
  idempotencyKey?: string;
  ifNoneMatch?: string;
  signal?: AbortSignal;
}

/** The typed client of the API, over fetch: for Node and for browsers. */
export function createClient({ url, key, fetch: fetching = fetch, onUnauthenticated }: ClientOptions): Client {
  const base = url.replace(/\/+$/, '');
  const authorization: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };

  async function send(operation: string, sent: Sent, accept: string): Promise<Response> {
    const [method, template = ''] = operation.split(' ');
    const response = await fetching(base + addressOf(template, sent), {
      method,
      signal: sent.signal,
      credentials: 'same-origin',
      body: sent.body === undefined ? undefined : JSON.stringify(sent.body),
      headers: { accept, ...authorization, ...headersOf(sent) },
    });
    if (response.ok || response.status === 304) return response;
    if (response.status === 401) onUnauthenticated?.();
    throw await errorOf(response);
  }

  async function ask(operation: string, sent: Sent = {}): Promise<Answer<never>> {
    const response = await send(operation, sent, 'application/json');
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
    return {
      status: response.status,
      body: (isJson && text !== '' ? JSON.parse(text) : text === '' ? undefined : text) as never,
      etag: response.headers.get('etag'),
      notModified: response.status === 304,
      headers: response.headers,
    };
  }

  return {
    ask: (operation, ...[input]) => ask(operation, input as Sent),
    call: async (operation, ...[input]) => (await ask(operation, input as Sent)).body,
    events({ symbols, types, ...options } = {}) {
      const filter = { symbols: symbols?.join(','), types: types?.join(',') };
      return readEvents(
        (sent) =>
          send('GET /events/price-updates', { ...sent, query: { ...filter, ...sent.query } }, 'text/event-stream'),
        options,
      );
    },
    refreshEvents(refreshId, options = {}) {
      const operation = 'GET /api/v1/refreshes/{refresh_id}/events';
      const path = { refresh_id: refreshId };
      return readEvents((sent) => send(operation, { ...sent, path }, 'text/event-stream'), { ...options, once: true });
    },
  };
}

function addressOf(template: string, { path = {}, query = {} }: Sent): string {
  const filled = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(path[name] ?? '')));
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? filled : `${filled}?${text}`;
}

function headersOf({ body, ifMatch, waitS, idempotencyKey, ifNoneMatch, query }: Sent): Record<string, string> {
  const resumes = query?.last_event_id;
  return {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
    ...(waitS === undefined ? {} : { prefer: `wait=${Math.round(waitS)}` }),
    ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    ...(ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch }),
    ...(resumes === undefined ? {} : { 'last-event-id': String(resumes) }),
  };
}

async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => '');
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ApiError({
    status: response.status,
    problem: problemIn(text),
    requestId: response.headers.get('x-request-id'),
    retryAfterS: Number.isFinite(retryAfter) ? retryAfter : null,
  });
}

function problemIn(text: string): Problem | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'code' in value ? (value as Problem) : null;
  } catch {
    return null;
  }
}
