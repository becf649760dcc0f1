import type { MarketSymbol } from '@freshet/market';
import { statusRefusalOf } from '../wire/asked-refusal.ts';
import { shortly } from '../wire/http-refusal.ts';
import type { HttpAnswer, Reading } from '../provider.ts';
import { refusal } from '../wire/reading.ts';
import { retryAfterMs } from '../wire/retry-after.ts';
import { recordOf } from '../wire/wire-json.ts';

/** Messages were counted by the calendar month. */
function msToNextMonth(moment: Date): number {
  return Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth() + 1, 1) - moment.getTime();
}

/** Why IEX Cloud refused, or null: most of its errors are a plain sentence, those about options are `{"error": …}`. */
export function iexRefusal(answer: HttpAnswer, parsed: unknown, symbol: MarketSymbol | null): Reading | null {
  const error = recordOf(parsed)?.error ?? recordOf(parsed)?.message;
  const said = typeof error === 'string' ? error : parsed === undefined ? answer.body.slice(0, 600) : '';
  const detail = `IEX Cloud: ${shortly(said)}`;
  if (/unknown symbol/i.test(said)) return refusal('unknown_symbol', detail, { symbol });
  if (/message quota|allotted/i.test(said)) {
    return refusal('quota_spent', detail, { retryAfterMs: retryAfterMs(answer) ?? msToNextMonth(answer.receivedAt) });
  }
  if (/too many requests|rate limit/i.test(said)) {
    return refusal('rate_limited', detail, { retryAfterMs: retryAfterMs(answer) ?? 1000 });
  }
  if (/api key|token|authentication|incorrect secret/i.test(said)) return refusal('bad_key', detail);
  if (/upgrade|not (authorized|entitled|available to)|scale|tier|subscription|pay-as-you-go/i.test(said)) {
    return refusal('plan_forbids', detail, { symbol });
  }
  return statusRefusalOf(answer, symbol);
}
