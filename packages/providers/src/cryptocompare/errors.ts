import type { ProviderErrorKind } from '@freshet/contracts';
import type { MarketSymbol } from '@freshet/market';
import { shortly, statusRefusal } from '../wire/http-refusal.ts';
import type { HttpAnswer, Learned, Reading } from '../provider.ts';
import { refusal } from '../wire/reading.ts';
import { retryAfterMs } from '../wire/retry-after.ts';
import { recordOf, textOf } from '../wire/wire-json.ts';
import { wireCount } from '../wire/wire-number.ts';

/** The windows that `RateLimit` speaks of, in seconds. The month is counted as CoinDesk bills: 30 days. */
const WINDOWS = { second: 1, minute: 60, hour: 3600, day: 86_400, month: 30 * 86_400 } as const;
type WindowName = keyof typeof WINDOWS;

/**
 * What an answer refuses, before anything of it is read. The HTTP status is 200 whatever happens; an error says
 * `"Response": "Error"` with a text, and a number that alone doesn't tell the kind. Null when there is data to read.
 */
export function refusalOf(answer: HttpAnswer, json: unknown, symbol: MarketSymbol | null): Reading | null {
  const body = recordOf(json);
  const newer = recordOf(body?.Err);
  const message = textOf(body?.Message ?? newer?.message);
  const isError = /^error$/i.test(textOf(body?.Response)) || (newer && Object.keys(newer).length > 0);
  if (!isError) return statusRefusal(answer);
  const learned = learnedOf(body?.RateLimit);
  const full = learned.filter((one) => one.counts.used > one.counts.limit).at(-1);
  const kind = kindOf(Number(textOf(body?.Type)), message, full?.name);
  const wait = kind === 'rate_limited' || kind === 'quota_spent' ? windowEndMs(full?.name, answer.receivedAt) : null;
  return refusal(kind, shortly(message) || 'an error without a text', {
    symbol: kind === 'unknown_symbol' || kind === 'no_data' ? symbol : null,
    retryAfterMs: retryAfterMs(answer) ?? wait,
    learned: learned.map((one) => ({ perSeconds: WINDOWS[one.name], ...one.counts })),
  });
}

function kindOf(type: number, message: string, full: WindowName | undefined): ProviderErrorKind {
  if (type === 99 || /rate limit|too many requests/i.test(message)) {
    // A day or a month that is used up is another matter than a minute that is.
    return full === 'day' || full === 'month' ? 'quota_spent' : 'rate_limited';
  }
  if (/(api|auth)[ _-]?key|unauthori[sz]ed|authenticat/i.test(message)) return 'bad_key';
  if (/upgrade|subscription|your plan|not available (on|for|in) your|permission/i.test(message)) return 'plan_forbids';
  if (/market does not exist|does not exist for this (coin|pair)|invalid (fsym|coin|symbol)/i.test(message))
    return 'unknown_symbol';
  if (/no data/i.test(message)) return 'no_data';
  if (/internal|unavailable|try again|maintenance|timeout/i.test(message)) return 'unavailable';
  return 'malformed';
}

interface Counter {
  name: WindowName;
  counts: Required<Pick<Learned, 'limit' | 'used'>>;
}

/** `RateLimit` counts calls made against the most allowed; older answers write `calls_left` in place of the limit. */
export function learnedOf(rateLimit: unknown): Counter[] {
  const body = recordOf(rateLimit);
  const made = recordOf(body?.calls_made);
  const most = recordOf(body?.max_calls);
  return (Object.keys(WINDOWS) as WindowName[]).flatMap((name) => {
    const [used, limit] = [wireCount(made?.[name]), wireCount(most?.[name])];
    // A window without a limit is none: it can't be full.
    return used && limit ? [{ name, counts: { used: Number(used), limit: Number(limit) } }] : [];
  });
}

/** Windows are the clock's: until the next full second, minute, hour, day or month in UTC. */
function windowEndMs(name: WindowName | undefined, now: Date): number | null {
  if (!name) return null;
  if (name === 'month') return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1) - now.getTime();
  const ms = WINDOWS[name] * 1000;
  return ms - (now.getTime() % ms);
}
