import type { HttpAnswer } from '../provider.ts';
import { headerOf } from '../wire/retry-after.ts';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Where a redirect leads. */
export interface Redirect {
  /** For people. */
  host: string;
  /** Set only within the same origin: another host must never see a key. */
  follow: { baseUrl: string; path: string } | null;
}

/** The redirect of an answer; null when it is none. */
export function redirectOf(answer: HttpAnswer): Redirect | null {
  if (!REDIRECTS.has(answer.status)) return null;
  const target = URL.parse(headerOf(answer, 'location') ?? '', answer.url);
  if (!target) return { host: 'nowhere', follow: null };
  const same = target.origin === new URL(answer.url).origin;
  return { host: target.host, follow: same ? { baseUrl: target.origin, path: target.pathname + target.search } : null };
}
