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

/** Operations that answer with a stream; `client.events` and `client.refreshEvents` call them. */
type StreamKey = {
  [K in OperationKey]: Operations[K] extends { media: 'text/event-stream' } ? K : never;
}[OperationKey];
export type CallKey = Exclude<OperationKey, StreamKey>;

type Part<Name extends string, Sent> = [Sent] extends [undefined]
  ? object
  : Record<never, never> extends Sent
    ? { [N in Name]?: Sent }
    : { [N in Name]: Sent };

/** The input of an operation. What the operation requires is required here, too. */
export type CallInput<K extends OperationKey> = Part<'path', SentPathOf<K>> &
  Part<'query', SentQueryOf<K>> &
  Part<'body', SentBodyOf<K>> &
  (Operations[K] extends Operation & { ifMatch: true } ? { ifMatch: string } : { ifMatch?: string }) & {
    /** `Prefer: wait`: the answer comes when the refresh has ended, or after this many seconds. */
    waitS?: number;
    /** For 24 h, the same request with the same key gets the same answer. */
    idempotencyKey?: string;
    /** `notModified` is true if the ETag is still this one. */
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
   * @throws ApiError for an error answer
   */
  call<K extends CallKey>(operation: K, ...input: Arguments<K>): Promise<AnswerOf<K>>;
  /** The same, but returns status, ETag and headers as well. */
  ask<K extends CallKey>(operation: K, ...input: Arguments<K>): Promise<Answer<AnswerOf<K>>>;
  /** Events from now on, or after `after`. Reconnects and resumes by itself until `signal` aborts. */
  events(options?: EventOptions & { symbols?: readonly string[]; types?: readonly string[] }): AsyncIterable<ApiEvent>;
  /** The events of a refresh, until it has ended. */
  refreshEvents(refreshId: string, options?: EventOptions): AsyncIterable<ApiEvent>;
}

export interface ClientOptions {
  /** Such as `http://127.0.0.1:8080`; in a browser '' is the page's own origin. */
  url: string;
  /** Without a key, a browser's session cookie authenticates. */
  key?: string;
  fetch?: typeof fetch;
  /** Called when the API answers 401: the key or session is missing, wrong or has ended. */
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

/** The typed client of the API, for Node and browsers. */
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
