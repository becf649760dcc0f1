import { ApiError, createClient } from '@freshet/client';
import type { CallKey } from '@freshet/client';
import type { AnswerOf, SentBodyOf, SentPathOf, SentQueryOf } from '@freshet/contracts/api';

/** What an operation takes. Only what it has needs to be given. */
export interface Given<K extends CallKey> {
  path?: SentPathOf<K>;
  query?: SentQueryOf<K>;
  body?: SentBodyOf<K>;
  /** The version that is being changed; goes out as If-Match. */
  version?: number;
  /** The same key and body make it once, however often it is sent. */
  idempotencyKey?: string;
  signal?: AbortSignal;
}

/** Called with every answer: the clock learns the server's time, the session learns that it has ended. */
export const listeners = {
  answered: (_date: string | null): void => {},
  unauthenticated: (): void => {},
};

/** The page's own origin, with the cookie that the browser sends along. */
const client = createClient({ url: '', onUnauthenticated: () => listeners.unauthenticated() });
type Input = Parameters<typeof client.ask>[1];

/**
 * Asks one operation of the API.
 * @throws ApiError when it says no; TypeError when it can't be reached
 */
export async function ask<K extends CallKey>(key: K, given: Given<K> = {}): Promise<AnswerOf<K>> {
  const { version, ...parts } = given;
  const input = { ...parts, ...(version === undefined ? {} : { ifMatch: `"v${version}"` }) };
  const { body, headers } = await client.ask(key as CallKey, input as Input);
  listeners.answered(headers.get('date'));
  return body as AnswerOf<K>;
}

/** Whether the API refused, so that asking the same again would be refused again. A 5xx may pass. */
export function isRefusal(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status < 500;
}

/** Whether it said that there is no such thing. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

/** How long an answer to a reading is waited for. */
export const READ_MS = 20_000;

/** What went wrong, in a sentence. */
export function reasonOf(error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return `The server has not answered within ${READ_MS / 1_000} s; what is shown stays until it does.`;
  if (error instanceof TypeError) return 'The server cannot be reached; what is shown stays until it can.';
  return error instanceof Error ? error.message : String(error);
}
