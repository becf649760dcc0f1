import type { HttpAnswer } from '../provider.ts';
import { headerOf } from '../retry-after.ts';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Where an answer sends its asker; null for an answer that isn't a redirect. */
export interface Redirect {
  /** For people. */
  host: string;
  /** Only within the same origin may it be followed: another host must never see a key. */
  follow: { baseUrl: string; path: string } | null;
}

/** Where an answer sends its caller; null when it doesn't. */
export function redirectOf(answer: HttpAnswer): Redirect | null {
  if (!REDIRECTS.has(answer.status)) return null;
  const target = URL.parse(headerOf(answer, 'location') ?? '', answer.url);
  if (!target) return { host: 'nowhere', follow: null };
  const same = target.origin === new URL(answer.url).origin;
  return { host: target.host, follow: same ? { baseUrl: target.origin, path: target.pathname + target.search } : null };
}
