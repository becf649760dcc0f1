import type { HttpAnswer, Reading } from '../provider.ts';
import { refusal } from './reading.ts';
import { retryAfterMs } from './retry-after.ts';

const SECRET = /((?:api_?key|apikey|token|crumb|access_key)["']?\s*[=:]\s*["']?)[^&\s"',;]+/gi;

/** The first words of a body or message, on one line, without what looks like a key: for an error's `detail`. */
export function shortly(text: string, length = 160): string {
  const line = text
    .slice(0, 4000)
    .replace(/<(style|script)[\s\S]*?(<\/\1>|$)/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(SECRET, '$1…')
    .replace(/\s+/g, ' ')
    .trim()
    // The title of an error page and its heading mostly say the same.
    .replace(/^(.{3,80}) \1(?= |$)/, '$1');
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}

/** True for a body that is a web page: a login, a consent, a block, an outage, where data was asked for. */
export function isHtml(body: string): boolean {
  return /^\s*(<!doctype html|<html|<head|<body|<\?xml[^>]*>\s*<!doctype html|<!--)/i.test(body);
}

/**
 * What the HTTP status alone says, for a provider whose answer said nothing more exact; null for a status that brings
 * data (2xx). 4xx that means neither limit, key nor plan is left to the adapter, which knows its own 400. A bare 404 says that
 * the address is gone, not that the symbols are: taken for that, it would park all of them.
 */
export function statusRefusal(answer: HttpAnswer, detail = shortly(answer.body)): Reading | null {
  const { status } = answer;
  if (status >= 200 && status < 300) return null;
  const said = `HTTP ${status}${detail ? `: ${detail}` : ''}`;
  if (status === 429) return refusal('rate_limited', said, { retryAfterMs: retryAfterMs(answer) });
  if (status === 401) return refusal('bad_key', said);
  if (status === 402 || status === 403) return refusal('plan_forbids', said);
  if (status === 404) return refusal(isHtml(answer.body) ? 'unavailable' : 'malformed', said);
  if (status >= 500 || status === 408 || status === 0 || (status >= 300 && status < 400)) {
    return refusal('unavailable', said, { retryAfterMs: retryAfterMs(answer) });
  }
  return refusal('malformed', said);
}
