import type { ProviderErrorKind } from '@freshet/contracts';
import type { MarketSymbol } from '@freshet/market';
import { statusRefusalOf } from '../wire/asked-refusal.ts';
import { shortly } from '../wire/http-refusal.ts';
import type { HttpAnswer, Reading } from '../provider.ts';
import { refusal } from '../wire/reading.ts';
import { retryAfterMs } from '../wire/retry-after.ts';
import { recordOf } from '../wire/wire-json.ts';

const MINUTE_MS = 60_000;

/**
 * Why Polygon refused, or null: the sentence stands under `error` or `message`, the word under `status`. There are no rate
 * headers and no word of when the minute ends: a whole one is waited.
 */
export function polygonRefusal(answer: HttpAnswer, parsed: unknown, symbol: MarketSymbol | null): Reading | null {
  const body = recordOf(parsed);
  const message = [body?.error, body?.message].find((text) => typeof text === 'string');
  const said = typeof message === 'string' ? message : '';
  const status = typeof body?.status === 'string' ? body.status : '';
  const ok = answer.status >= 200 && answer.status < 300;
  if (ok && !/error|not_authorized|not_found/i.test(status) && (said === '' || body?.results !== undefined))
    return null;
  const detail = `Polygon: ${shortly(said || status || answer.body)}`;
  if (answer.status === 429 || /maximum requests|too many requests|rate limit/i.test(said)) {
    return refusal('rate_limited', detail, { retryAfterMs: retryAfterMs(answer) ?? MINUTE_MS });
  }
  const kind = kindOf(said, status);
  if (kind) return refusal(kind, detail, { symbol: kind === 'bad_key' ? null : symbol });
  return statusRefusalOf(answer, symbol) ?? refusal('unavailable', detail);
}

/** What a sentence or a status word means; null when neither says it. Also for the entries of a snapshot that fail alone. */
export function kindOf(said: string, status: string): ProviderErrorKind | null {
  if (/api key|apikey/i.test(said)) return 'bad_key';
  if (/not entitled|entitled to|upgrade|plan|NOT_ENTITLED/i.test(said) || /NOT_AUTHORIZED|NOT_ENTITLED/.test(status))
    return 'plan_forbids';
  if (/data not found/i.test(said)) return 'no_data';
  if (/not found|unknown ticker|NOT_FOUND|could not find/i.test(said) || /NOT_FOUND/.test(status))
    return 'unknown_symbol';
  return null;
}
