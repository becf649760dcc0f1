import type { ProviderErrorKind } from '@freshet/contracts';
import type { MarketSymbol } from '@freshet/market';
import { isHtml, shortly, statusRefusal } from '../wire/http-refusal.ts';
import type { HttpAnswer, Reading } from '../provider.ts';
import { refusal } from '../wire/reading.ts';
import { retryAfterMs } from '../wire/retry-after.ts';
import { recordOf, textOf } from '../wire/wire-json.ts';

const THROTTLED = /too many requests|request denied|rate limit/i;
const NO_SESSION = /invalid (crumb|cookie)|unauthorized|user is unable to access/i;

/** True for an answer that means that the cookie and crumb are no longer good: 401, or a page that asks for consent. */
export function sessionExpired(answer: HttpAnswer): boolean {
  if (answer.status === 401) return true;
  const location = answer.headers.location;
  const target = Array.isArray(location) ? location[0] : location;
  if (/\/\/(guce|consent)\./.test(`${target ?? ''} ${answer.url}`)) return true;
  if (isHtml(answer.body)) return /consent|guce/i.test(answer.body.slice(0, 20_000)) && answer.status < 400;
  return answer.body.length < 1000 && /invalid (crumb|cookie)/i.test(answer.body);
}

/**
 * What an answer refuses, before anything of it is read: throttling (plain text, also as HTTP 200), a session that is
 * gone, and the error that each of Yahoo's envelopes carries beside `result: null`. Null when there is data to read.
 */
export function refusalOf(answer: HttpAnswer, json: unknown, symbol: MarketSymbol | null): Reading | null {
  const { status, body } = answer;
  // 999 is Yahoo's own number for a client that it has had enough of.
  const throttledText = json === undefined && body.length < 2000 && THROTTLED.test(body);
  if (status === 429 || status === 999 || throttledText) {
    return refusal('rate_limited', `HTTP ${status}: ${shortly(body)}`, { retryAfterMs: retryAfterMs(answer) });
  }
  const said = envelopeError(json);
  if (said) {
    const kind = kindOf(said.code, said.description, status);
    const detail = shortly(`${said.code}: ${said.description}`);
    return refusal(kind, detail, { symbol: ofSymbol(kind) ? symbol : null, retryAfterMs: retryAfterMs(answer) });
  }
  if (sessionExpired(answer)) return refusal('bad_key', 'the session (cookie and crumb) is not accepted');
  // The old CSV endpoint says its errors in plain text: `400 Bad Request: Data doesn't exist for …`.
  if (json === undefined && status >= 400 && status < 500 && /data doesn'?t exist|no data/i.test(body)) {
    return refusal('no_data', shortly(body), { symbol });
  }
  // A block of the network, not of a plan: Yahoo sells none.
  if (status === 403) return refusal('unavailable', `HTTP 403: ${shortly(body)}`);
  return statusRefusal(answer);
}

const ofSymbol = (kind: ProviderErrorKind) => kind === 'unknown_symbol' || kind === 'no_data';

/** The error beside an empty result, under whichever name the endpoint gives its envelope. */
function envelopeError(json: unknown): { code: string; description: string } | null {
  for (const envelope of Object.values(recordOf(json) ?? {})) {
    const error = recordOf(envelope)?.error;
    if (typeof error === 'string' && error !== '') return { code: error, description: '' };
    const parts = recordOf(error);
    if (parts) return { code: textOf(parts.code) || 'error', description: textOf(parts.description) };
  }
  return null;
}

function kindOf(code: string, description: string, status: number): ProviderErrorKind {
  const text = `${code} ${description}`;
  if (THROTTLED.test(text)) return 'rate_limited';
  if (NO_SESSION.test(text)) return 'bad_key';
  if (
    /data doesn'?t exist|not available for|no (fundamentals )?data found for (any|the|this)|must be within the last/i.test(
      text,
    )
  ) {
    return 'no_data';
  }
  // Its word for an address that is gone, under the envelope `finance`.
  if (/^HTTP 404/i.test(description)) return 'malformed';
  if (/not found|delisted|no data found|missing value for the "?symbols?/i.test(text)) return 'unknown_symbol';
  if (status >= 500 || /internal|timeout|unavailable/i.test(text)) return 'unavailable';
  return 'malformed';
}
