import { createHash } from 'node:crypto';
import { isHtml, shortly, statusRefusal } from '../wire/http-refusal.ts';
import type { ProviderError, SessionHandshake, SimulatedRequest } from '../provider.ts';
import { providerError } from '../wire/reading.ts';
import { retryAfterMs } from '../wire/retry-after.ts';
import { sessionExpired } from './errors.ts';

/** A browser's: Yahoo answers others with 429 whatever they ask. */
export const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';

const HEADERS = { 'user-agent': USER_AGENT, accept: '*/*', 'accept-language': 'en-US,en;q=0.9' };

/** Eleven letters and digits, sometimes with `/`, `.`, `-` or `=`; never a sentence. */
const CRUMB = /^[A-Za-z0-9./_=+\\-]{5,40}$/;

/**
 * `quote` wants a cookie, from any page of Yahoo, and a crumb that belongs to it. The crumb's endpoint answers a sentence
 * ("Too Many Requests") or a page in the crumb's place when it doesn't want to, with HTTP 200 too: kept, it would
 * poison every call after it.
 */
export const yahooSession: SessionHandshake = {
  steps: [
    {
      request: () => ({ method: 'GET', path: '/', headers: HEADERS, baseUrl: 'https://fc.yahoo.com' }),
      read: (answer): Record<string, string> | ProviderError => {
        // The page itself is a 404: only its cookie is wanted.
        const lines = [answer.headers['set-cookie'] ?? []].flat();
        const cookies = lines.map((line) => line.split(';')[0]?.trim() ?? '').filter((pair) => /^[^=\s]+=./.test(pair));
        if (cookies.length > 0) return { cookie: cookies.join('; ') };
        const refused = answer.status === 404 ? null : statusRefusal(answer)?.errors[0];
        return refused ?? providerError('unavailable', 'no cookie was set');
      },
    },
    {
      request: ({ cookie = '' }) => ({ method: 'GET', path: '/v1/test/getcrumb', headers: { ...HEADERS, cookie } }),
      read: (answer): Record<string, string> | ProviderError => {
        const text = answer.body.trim();
        const retry = { retryAfterMs: retryAfterMs(answer) };
        if (/too many requests/i.test(text)) return providerError('rate_limited', shortly(text), retry);
        const refused = statusRefusal(answer)?.errors[0];
        if (refused) return refused;
        if (isHtml(text)) return providerError('unavailable', 'a page in place of the crumb (consent?)');
        return CRUMB.test(text) ? { crumb: text } : providerError('unavailable', `not a crumb: ${shortly(text)}`);
      },
    },
  ],
  expired: sessionExpired,
  // Cookies are good for a year and crumbs for as long; once a day costs two calls and outlives whatever changes.
  maxAgeMs: 86_400_000,
  simulated: {
    answer: (request) => {
      if (request.path === '/' && request.method === 'GET') {
        // One cookie for everyone: what the crumb is derived from, so that nothing need be remembered.
        const cookie = `A3=d=${createHash('sha256').update('simulated').digest('base64url').slice(0, 40)}`;
        return { status: 404, headers: { 'set-cookie': `${cookie}; Path=/; Secure; HttpOnly` }, body: '' };
      }
      if (request.path !== '/v1/test/getcrumb') return null;
      const cookie = cookieOf(request);
      if (!cookie) return { status: 401, headers: JSON_TYPE, body: invalid('finance', 'Invalid Cookie') };
      return { status: 200, headers: { 'content-type': 'text/plain;charset=utf-8' }, body: crumbOf(cookie) };
    },
    refuse: (request) => {
      const endpoint = /\/finance\/(quote|quoteSummary)(?=\/|$)/.exec(request.path)?.[1];
      if (!endpoint) return null;
      const cookie = cookieOf(request);
      if (cookie && request.query.get('crumb') === crumbOf(cookie)) return null;
      return { status: 401, headers: JSON_TYPE, body: invalid('finance', cookie ? 'Invalid Crumb' : 'Invalid Cookie') };
    },
  },
};

const JSON_TYPE = { 'content-type': 'application/json;charset=utf-8' };

const invalid = (envelope: string, description: string) =>
  JSON.stringify({ [envelope]: { result: null, error: { code: 'Unauthorized', description } } });

function cookieOf(request: SimulatedRequest): string | null {
  const text = [request.headers.cookie ?? []].flat().join('; ');
  return /(?:^|;\s*)(A3=[^;]+)/.exec(text)?.[1] ?? null;
}

function crumbOf(cookie: string): string {
  return createHash('sha256').update(cookie).digest('base64url').replace(/[-_]/g, '.').slice(0, 11);
}
