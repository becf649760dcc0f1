import type { ServerResponse } from 'node:http';

/** What it says is what it is, and no page may frame it. Names and values in turn, as they are sent. */
const SAFE_FLAT: readonly string[] = [
  'x-content-type-options',
  'nosniff',
  'content-security-policy',
  "default-src 'none'; frame-ancestors 'none'",
];

/** The same and more for pages and streams, where browsers act on it. */
export const SAFE_HEADERS: readonly (readonly [name: string, value: string])[] = [
  ['x-content-type-options', 'nosniff'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['referrer-policy', 'no-referrer'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['x-frame-options', 'DENY'],
];

export type HeaderValues = Record<string, string | number | undefined>;

/**
 * Writes the head of an answer in one piece: a flat list goes to the wire as it is, where headers that are set one by
 * one are checked, kept and put together again.
 */
export function writeHead(response: ServerResponse, status: number, requestId: string, headers: HeaderValues): void {
  const flat: string[] = ['x-request-id', requestId, ...SAFE_FLAT];
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) flat.push(name, String(value));
  }
  response.writeHead(status, flat);
}
