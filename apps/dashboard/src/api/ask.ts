import type { Problem } from '@freshet/contracts';
import type { AnswerOf, OperationKey, SentBodyOf, SentPathOf, SentQueryOf } from '@freshet/contracts/api';

/** What an operation takes. Only what it has needs to be given. */
export interface Given<K extends OperationKey> {
  path?: SentPathOf<K>;
  query?: SentQueryOf<K>;
  body?: SentBodyOf<K>;
  /** The version that is being changed; goes out as If-Match. */
  version?: number;
  /** Held for so many seconds until the end of what it starts. */
  waitS?: number;
  signal?: AbortSignal;
}

/** The API said no: what it said, for people and for programs. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly status: number;
  readonly code: string;
  /** Everything that the answer carried, such as the current version beside a conflict. */
  readonly problem: Partial<Problem>;
  readonly retryAfterS: number | null;

  constructor(status: number, problem: Partial<Problem>, retryAfter: string | null) {
    super(problem.detail ?? problem.title ?? `The server answered ${status}.`);
    this.status = status;
    this.code = problem.code ?? 'unavailable';
    this.problem = problem;
    this.retryAfterS = retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) : null;
  }
}

/** Who wants to know of every answer: the clock learns the server's time, the session that it has ended. */
export const listeners = {
  answered: (_date: string | null): void => {},
  unauthenticated: (): void => {},
};

/**
 * Asks one operation of the API, with the session's cookie.
 * @throws Refusal when the API says no, or isn't there (status 0)
 */
export async function ask<K extends OperationKey>(key: K, given: Given<K> = {}): Promise<AnswerOf<K>> {
  const [method = 'GET', template = '/'] = key.split(' ');
  const response = await send(addressOf(template, given as Parts), {
    method,
    headers: headersOf(method, given),
    body: given.body === undefined ? undefined : JSON.stringify(given.body),
    signal: given.signal,
    credentials: 'same-origin',
  });
  listeners.answered(response.headers.get('date'));
  const text = await response.text();
  const body: unknown = text === '' ? undefined : readJson(text);
  if (response.ok) return body as AnswerOf<K>;
  if (response.status === 401 && template !== '/api/v1/session') listeners.unauthenticated();
  throw new Refusal(response.status, (body ?? {}) as Partial<Problem>, response.headers.get('retry-after'));
}

async function send(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Refusal(0, { detail: 'The server cannot be reached. Trying again by itself.' }, null);
  }
}

function headersOf(method: string, { body, version, waitS }: Given<OperationKey>): Record<string, string> {
  return {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(version === undefined ? {} : { 'if-match': `"v${version}"` }),
    ...(waitS === undefined ? {} : { prefer: `wait=${waitS}` }),
    ...(method === 'POST' ? { 'idempotency-key': crypto.randomUUID?.() ?? String(Math.random()) } : {}),
  };
}

interface Parts {
  path?: Record<string, unknown>;
  query?: Record<string, unknown>;
}

/** Fills a path's places and appends what is asked for; undefined fields are left out. */
export function addressOf(template: string, { path, query }: Parts): string {
  const filled = template.replaceAll(/\{(\w+)\}/g, (_place, name: string) => encodeURIComponent(String(path?.[name])));
  const fields = Object.entries(query ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return fields.length === 0 ? filled : `${filled}?${new URLSearchParams(fields).toString()}`;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What went wrong, in a sentence. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
