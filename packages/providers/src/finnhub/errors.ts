import type { MarketSymbol } from '@freshet/market';
import { statusRefusalOf } from '../wire/asked-refusal.ts';
import { shortly } from '../wire/http-refusal.ts';
import type { HttpAnswer, Learned, Reading } from '../provider.ts';
import { refusal } from '../wire/reading.ts';
import { headerOf, retryAfterMs } from '../wire/retry-after.ts';
import { parseJson, recordOf } from '../wire/wire-json.ts';
import { wireTime } from '../wire/wire-number.ts';

const MINUTE_MS = 60_000;

/** What `X-Ratelimit-Limit`, `-Remaining` and `-Reset` (epoch seconds) say of the window of a minute. */
export function learnedFrom(answer: HttpAnswer): Learned[] {
  const number = (name: string) => {
    const value = Number(headerOf(answer, name) ?? Number.NaN);
    return Number.isFinite(value) && value >= 0 ? value : undefined;
  };
  const limit = number('x-ratelimit-limit');
  const remaining = number('x-ratelimit-remaining');
  const resetsAt = wireTime(headerOf(answer, 'x-ratelimit-reset')) ?? undefined;
  if (limit === undefined && remaining === undefined) return [];
  return [{ perSeconds: 60, limit, remaining, resetsAt }];
}

/** Why Finnhub refused, or null when it answered: HTTP statuses, with the reason as `{"error": …}`. */
export function finnhubRefusal(answer: HttpAnswer, symbol: MarketSymbol | null): Reading | null {
  const learned = learnedFrom(answer);
  const said = recordOf(parseJson(answer.body))?.error;
  const text = typeof said === 'string' ? said : '';
  if (answer.status === 429 || /limit reached/i.test(text)) {
    const resetsAt = learned[0]?.resetsAt;
    const untilReset = resetsAt ? Math.max(0, resetsAt.getTime() - answer.receivedAt.getTime()) : null;
    const retry = retryAfterMs(answer) ?? untilReset ?? MINUTE_MS;
    return refusal('rate_limited', `Finnhub: ${shortly(text || answer.body)}`, { retryAfterMs: retry, learned });
  }
  if (/api key|api token|token/i.test(text)) return refusal('bad_key', `Finnhub: ${shortly(text)}`);
  if (/access|premium|subscription|plan/i.test(text))
    return refusal('plan_forbids', `Finnhub: ${shortly(text)}`, { symbol });
  if (/symbol/i.test(text) && answer.status < 500)
    return refusal('unknown_symbol', `Finnhub: ${shortly(text)}`, { symbol });
  const byStatus = statusRefusalOf(answer, symbol);
  if (byStatus) return byStatus;
  return text ? refusal('unavailable', `Finnhub: ${shortly(text)}`) : null;
}
