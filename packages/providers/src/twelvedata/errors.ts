import type { ProviderErrorKind } from '@freshet/contracts';
import type { MarketSymbol } from '@freshet/market';
import { ofSymbolOrAll, statusRefusalOf } from '../wire/asked-refusal.ts';
import { isHtml, shortly } from '../wire/http-refusal.ts';
import type { HttpAnswer, Learned, ProviderError, Reading } from '../provider.ts';
import { providerError, reading } from '../wire/reading.ts';
import { headerOf, retryAfterMs } from '../wire/retry-after.ts';
import { recordOf, textOf } from '../wire/wire-json.ts';
import { msToMidnight, msToNextMinute } from '../wire/zoned-time.ts';

/** `{code, message, status: "error"}`, whatever the HTTP status, for a whole answer or for one symbol of a batch. */
export function isErrorBody(body: Record<string, unknown>): boolean {
  return body.status === 'error' || (typeof body.message === 'string' && Number(textOf(body.code)) >= 400);
}

/** What an error body means. */
export function twelveDataError(
  answer: HttpAnswer,
  body: Record<string, unknown>,
  symbol: MarketSymbol | null,
): ProviderError {
  const said = typeof body.message === 'string' ? body.message : '';
  const code = Number(textOf(body.code)) || answer.status;
  const detail = `Twelve Data: ${shortly(said) || `error ${code}`}`;
  if (code === 429 || /run out of api credits/i.test(said)) {
    const daily = /for the day|daily/i.test(said);
    const reset = daily ? msToMidnight(answer.receivedAt, 'UTC') : msToNextMinute(answer.receivedAt);
    return providerError(daily ? 'quota_spent' : 'rate_limited', detail, {
      retryAfterMs: retryAfterMs(answer) ?? reset,
    });
  }
  return providerError(kindOf(code, said), detail, { symbol });
}

function kindOf(code: number, said: string): ProviderErrorKind {
  if (
    /available (exclusively |starting )?(with|from)|upgrad|your (current )?plan|pricing plan|subscription/i.test(said)
  )
    return 'plan_forbids';
  // An address that is gone says nothing of the symbols.
  if (/requested endpoint/i.test(said)) return 'malformed';
  if (code === 401 || /\*?apikey\*? parameter|api key/i.test(said)) return 'bad_key';
  if (/no data is available|not available on the specified dates|no data/i.test(said)) return 'no_data';
  if (/symbol|figi|not found|instrument|isin/i.test(said) && (code === 400 || code === 404)) return 'unknown_symbol';
  if (code === 403 || code === 402) return 'plan_forbids';
  if (code === 404) return 'unknown_symbol';
  return code >= 500 || code === 408 ? 'unavailable' : 'malformed';
}

/** The refusal of a whole answer, or null when it brings data for at least one symbol. */
export function twelveDataRefusal(answer: HttpAnswer, parsed: unknown, symbol: MarketSymbol | null): Reading | null {
  const body = recordOf(parsed);
  if (body && isErrorBody(body)) return reading({ errors: [ofSymbolOrAll(twelveDataError(answer, body, symbol))] });
  if (answer.status >= 200 && answer.status < 300) return null;
  if (isHtml(answer.body)) return statusRefusalOf(answer, symbol);
  const message = answer.body;
  return reading({ errors: [ofSymbolOrAll(twelveDataError(answer, { code: answer.status, message }, symbol))] });
}

/** The minute's credits, of `api-credits-used` and `-left`, or of the sentence that refuses. */
export function learnedFrom(answer: HttpAnswer, parsed: unknown): Learned[] {
  const used = Number(headerOf(answer, 'api-credits-used') ?? Number.NaN);
  const left = Number(headerOf(answer, 'api-credits-left') ?? Number.NaN);
  if (Number.isFinite(left)) {
    return [{ perSeconds: 60, remaining: left, ...(Number.isFinite(used) ? { used, limit: used + left } : {}) }];
  }
  const said = textOf(recordOf(parsed)?.message);
  const [, spent, limit] = /(\d+) api credits were used, with the current limit being (\d+)/i.exec(said) ?? [];
  if (!spent || !limit) return [];
  const perSeconds = /for the day/i.test(said) ? 86_400 : 60;
  return [{ perSeconds, limit: Number(limit), used: Number(spent), remaining: 0 }];
}
