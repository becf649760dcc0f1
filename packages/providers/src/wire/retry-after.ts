import type { HttpAnswer } from '../provider.ts';

/** One header's first value. */
export function headerOf(answer: Pick<HttpAnswer, 'headers'>, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** What `Retry-After` says, in milliseconds from `receivedAt`: seconds or an HTTP date (RFC 9110, 10.2.3); null without. */
export function retryAfterMs(answer: HttpAnswer): number | null {
  const text = headerOf(answer, 'retry-after')?.trim();
  if (!text) return null;
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  const at = Date.parse(text);
  if (Number.isNaN(at)) return null;
  // The sender's own clock where it tells it, for the date is relative to that one.
  const now = Date.parse(headerOf(answer, 'date') ?? '');
  return Math.max(0, at - (Number.isNaN(now) ? answer.receivedAt.getTime() : now));
}
