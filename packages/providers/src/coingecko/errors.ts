import type { ProviderErrorKind } from '@freshet/contracts';
import type { MarketSymbol } from '@freshet/market';
import { shortly, statusRefusal } from '../wire/http-refusal.ts';
import type { HttpAnswer, Reading } from '../provider.ts';
import { refusal } from '../wire/reading.ts';
import { retryAfterMs } from '../wire/retry-after.ts';
import { recordOf, textOf } from '../wire/wire-json.ts';

/** CoinGecko's own numbers beside the HTTP ones (docs, "Common errors & rate limit"). */
const KIND_OF_CODE: Record<number, ProviderErrorKind> = {
  400: 'malformed',
  401: 'bad_key',
  403: 'plan_forbids',
  408: 'unavailable',
  429: 'rate_limited',
  // The content network in front of it.
  1020: 'unavailable',
  10002: 'bad_key',
  10003: 'bad_key',
  // A key at the host of the other kind of key.
  10010: 'bad_key',
  10011: 'bad_key',
  10005: 'plan_forbids',
  10006: 'quota_spent',
  // More history than the plan allows.
  10012: 'plan_forbids',
};

/**
 * What an answer refuses, before anything of it is read. The error comes in three forms: `{status: {error_code,
 * error_message}}`, the same within `error`, and `{error: "…"}`. Null when there is data to read.
 */
export function refusalOf(answer: HttpAnswer, json: unknown, symbol: MarketSymbol | null): Reading | null {
  const said = errorIn(json);
  if (!said && answer.status >= 200 && answer.status < 300) {
    const throttled = json === undefined && /^\s*(throttled|too many requests|rate limit)/i.test(answer.body);
    return throttled ? refusal('rate_limited', shortly(answer.body), { retryAfterMs: retryAfterMs(answer) }) : null;
  }
  const message = said?.message ?? shortly(answer.body);
  const kind = kindOf(said?.code ?? answer.status, message, answer.status);
  const detail = shortly(said?.code ? `${said.code}: ${message}` : `HTTP ${answer.status}: ${message}`);
  const of = kind === 'unknown_symbol' || kind === 'no_data' ? symbol : null;
  return refusal(kind, detail, { symbol: of, retryAfterMs: retryAfterMs(answer) });
}

function errorIn(json: unknown): { code: number | null; message: string } | null {
  const body = recordOf(json);
  const nested = recordOf(body?.error);
  const status = recordOf(nested?.status) ?? recordOf(body?.status) ?? nested;
  if (status && ('error_code' in status || 'error_message' in status)) {
    return { code: Number(textOf(status.error_code)) || null, message: textOf(status.error_message) };
  }
  if (typeof body?.error !== 'string') return null;
  return { code: Number(textOf(body.status)) || null, message: body.error };
}

function kindOf(code: number, message: string, status: number): ProviderErrorKind {
  if (/(monthly|credit).{0,40}(limit|exceed|reach|quota)|quota.{0,30}exceed/i.test(message)) return 'quota_spent';
  if (/rate limit|throttled|too many requests/i.test(message)) return 'rate_limited';
  if (/could not find coin|coin not found|invalid (coin|id|vs_currency)/i.test(message)) return 'unknown_symbol';
  if (/exceeds the allowed time range|allowed historical/i.test(message)) return 'plan_forbids';
  if (/internal server error/i.test(message)) return 'unavailable';
  const known = KIND_OF_CODE[code] ?? KIND_OF_CODE[status];
  if (known) return known;
  const byStatus = statusRefusal({ status, headers: {}, body: '', url: '', receivedAt: new Date(0) });
  return byStatus?.errors[0]?.kind ?? 'malformed';
}
