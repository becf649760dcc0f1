import type { MarketSymbol } from '@freshet/market';
import { statusRefusalOf } from '../wire/asked-refusal.ts';
import { isHtml, shortly } from '../wire/http-refusal.ts';
import type { HttpAnswer, Reading } from '../provider.ts';
import { refusal } from '../wire/reading.ts';
import { retryAfterMs } from '../wire/retry-after.ts';
import { recordOf } from '../wire/wire-json.ts';
import { msToMidnight, msToNextMinute } from '../wire/zoned-time.ts';

/**
 * Why FMP refused, or null. The reason stands under `Error Message`, with any status, 200 included; a plan's limits may
 * also come as plain text with 402. There are no rate headers, and the free plan
 * limits only the day: a 429 means that it is spent, unless its words are of a minute.
 */
export function fmpRefusal(answer: HttpAnswer, parsed: unknown, symbol: MarketSymbol | null): Reading | null {
  const body = recordOf(parsed);
  const message = body?.['Error Message'] ?? body?.error ?? (answer.status >= 400 ? body?.message : undefined);
  const plain = parsed === undefined && !isHtml(answer.body) ? answer.body : '';
  const said = typeof message === 'string' ? message : plain;
  const detail = `FMP: ${shortly(said)}`;
  if (/bandwidth|limit reach|too many requests|rate limit/i.test(said) || (answer.status === 429 && said !== '')) {
    const soon = /per (second|minute)/i.test(said);
    const reset = soon ? msToNextMinute(answer.receivedAt) : msToMidnight(answer.receivedAt, 'UTC');
    const retry = retryAfterMs(answer) ?? reset;
    return refusal(soon ? 'rate_limited' : 'quota_spent', detail, { retryAfterMs: retry });
  }
  if (/invalid api key|api key (is )?missing|provide.{0,12}api key/i.test(said)) return refusal('bad_key', detail);
  if (
    /exclusive endpoint|special endpoint|premium|legacy endpoint|subscription|upgrade|not available under/i.test(said)
  ) {
    return refusal('plan_forbids', detail, { symbol });
  }
  if (/not found|no data|invalid symbol|unknown symbol/i.test(said) && answer.status < 500) {
    return refusal('unknown_symbol', detail, { symbol });
  }
  return statusRefusalOf(answer, symbol) ?? (typeof message === 'string' ? refusal('unavailable', detail) : null);
}
