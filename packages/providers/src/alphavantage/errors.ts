import type { MarketSymbol } from '@freshet/market';
import { statusRefusalOf } from '../wire/asked-refusal.ts';
import { shortly } from '../wire/http-refusal.ts';
import type { HttpAnswer, Reading } from '../provider.ts';
import { refusal } from '../wire/reading.ts';
import { headerOf } from '../wire/retry-after.ts';
import { recordOf } from '../wire/wire-json.ts';
import { msToMidnight, msToNextMinute } from '../wire/zoned-time.ts';

/** Where Alpha Vantage's days begin. */
const RESET_ZONE = 'America/New_York';

const NOTES = ['Note', 'Information', 'Error Message', 'error', 'message'];

/**
 * Why Alpha Vantage refused, or null. All of it comes with HTTP 200, under `Note`, `Information` or `Error Message`; the
 * words decide. The sentence about a burst also names the daily limit, so the burst is looked for first.
 */
export function alphaVantageRefusal(answer: HttpAnswer, body: unknown, symbol: MarketSymbol | null): Reading | null {
  const said = saidBy(answer, body);
  if (said === null) return statusRefusalOf(answer, symbol);
  const detail = `Alpha Vantage: ${shortly(said)}`;
  if (/per second|spreading out|burst|more sparingly/i.test(said)) {
    return refusal('rate_limited', detail, { retryAfterMs: 1000 });
  }
  if (/per minute|call frequency|higher api call volume/i.test(said)) {
    return refusal('rate_limited', detail, { retryAfterMs: msToNextMinute(answer.receivedAt) });
  }
  if (/requests? per day|daily (rate )?limit|per day/i.test(said)) {
    return refusal('quota_spent', detail, { retryAfterMs: msToMidnight(answer.receivedAt, RESET_ZONE) });
  }
  if (/premium (endpoint|feature)|is a premium|demo.{0,20}purposes only|entitle/i.test(said)) {
    return /demo/i.test(said) ? refusal('bad_key', detail) : refusal('plan_forbids', detail, { symbol });
  }
  if (/apikey|api key/i.test(said)) return refusal('bad_key', detail);
  if (/invalid api call|invalid inputs?|no data|not found/i.test(said))
    return refusal('unknown_symbol', detail, { symbol });
  return answer.status >= 400 ? statusRefusalOf(answer, symbol) : refusal('unavailable', detail);
}

/**
 * The words of a refusal: in the JSON, or in the CSV answers that are one line of it. Where several keys speak, all of
 * them count: the first may only say thank you.
 */
function saidBy(answer: HttpAnswer, parsed: unknown): string | null {
  const body = recordOf(parsed);
  if (body) {
    const said = NOTES.map((name) => body[name]).filter((text) => typeof text === 'string');
    return said.length > 0 && !holdsData(body) ? said.join(' ') : null;
  }
  const csv = /csv|download/.test(headerOf(answer, 'content-type') ?? '') || parsed === undefined;
  return csv && /thank you for using alpha vantage|invalid api call|apikey is invalid/i.test(answer.body.slice(0, 600))
    ? answer.body.slice(0, 600)
    : null;
}

/** An answer with data may carry a message beside it (bulk quotes do). What it is about (`Meta Data`) is no data yet. */
function holdsData(body: Record<string, unknown>): boolean {
  return Object.entries(body).some(
    ([key, value]) =>
      key !== 'Meta Data' && typeof value === 'object' && value !== null && Object.keys(value).length > 0,
  );
}
