import type { ServerResponse } from 'node:http';

/** Headers of every answer: no content sniffing, no framing. Names and values alternate, as `writeHead` takes them. */
const SAFE_FLAT: readonly string[] = [
  'x-content-type-options',
  'nosniff',
  'content-security-policy',
  "default-src 'none'; frame-ancestors 'none'",
];

/** Headers of pages and streams, where browsers act on more of them. */
export const SAFE_HEADERS: readonly (readonly [name: string, value: string])[] = [
  ['x-content-type-options', 'nosniff'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['referrer-policy', 'no-referrer'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['x-frame-options', 'DENY'],
];

export type HeaderValues = Record<string, string | number | undefined>;

/**
 * Writes the head of an answer from a flat list, which Node sends as it is. Headers that are set one by one are validated, stored and
 * joined again.
 */
export function writeHead(response: ServerResponse, status: number, requestId: string, headers: HeaderValues): void {
  const flat: string[] = ['x-request-id', requestId, ...SAFE_FLAT];
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) flat.push(name, String(value));
  }
  response.writeHead(status, flat);
}
