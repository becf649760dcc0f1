import type { ProviderErrorKind } from '@freshet/contracts';
import type { MarketSymbol } from '@freshet/market';
import { z } from 'zod';
import { shortly, statusRefusal } from '../wire/http-refusal.ts';
import type { HttpAnswer, Learned, Reading } from '../provider.ts';
import { refusal } from '../wire/reading.ts';
import { headerOf, retryAfterMs } from '../wire/retry-after.ts';
import { wireDecimal, wireTime } from '../wire/wire-number.ts';

const binanceError = z.object({ code: z.union([z.number(), z.string()]), msg: z.string().nullish() });

const OVERLOADED = new Set([-1000, -1001, -1004, -1006, -1007, -1008, -1016]);
const KEY = new Set([-1002, -1022, -2008, -2014, -2015]);

/**
 * What an answer refuses, before anything of it is read. Limits answer 429, then 418 (banned), both with `Retry-After`;
 * when a proxy has eaten the header, the ban's end is in the text. An unknown symbol (-1121) fails the whole call
 * without saying which one it was. Null when there is data to read.
 */
export function refusalOf(answer: HttpAnswer, json: unknown, symbol: MarketSymbol | null): Reading | null {
  const parsed = binanceError.safeParse(json);
  const learned = learnedOf(answer);
  if (!parsed.success) {
    const text = shortly(answer.body);
    // A ban is 418, and 403 is the firewall's word for too many requests.
    if (answer.status === 418 || answer.status === 403) {
      return refusal('rate_limited', `HTTP ${answer.status}: ${text}`, {
        retryAfterMs: untilMs(answer, text),
        learned,
      });
    }
    const refused = statusRefusal(answer);
    return refused && answer.status === 404 ? refusal('malformed', `HTTP 404: ${text}`) : refused;
  }
  const msg = parsed.data.msg ?? '';
  const code = Number(parsed.data.code);
  const kind = kindOf(code, msg, answer.status);
  return refusal(kind, shortly(`${code}: ${msg}`), {
    symbol: kind === 'unknown_symbol' ? symbol : null,
    retryAfterMs: kind === 'rate_limited' ? untilMs(answer, msg) : retryAfterMs(answer),
    learned,
  });
}

function kindOf(code: number, msg: string, status: number): ProviderErrorKind {
  if (status === 429 || status === 418 || code === -1003 || code === -1015 || code === -1034) return 'rate_limited';
  if (code === -1121 || /invalid symbol/i.test(msg)) return 'unknown_symbol';
  // 451: not from this country. No key and no plan changes that; another place of the worker does.
  if (status === 451 || /restricted location/i.test(msg)) return 'unavailable';
  if (KEY.has(code) || status === 401) return 'bad_key';
  if (OVERLOADED.has(code) || status >= 500) return 'unavailable';
  if (code === -2013 || code === -2011) return 'no_data';
  return /too (many|much)|banned/i.test(msg) ? 'rate_limited' : 'malformed';
}

/**
 * When it may be asked again: `Retry-After`, else the moment in the text, in whichever wording: "IP banned until
 * 1669829694169", "IP(1.2.3.4) banned until 2022-11-30T17:34:54Z", "try again after 120 seconds".
 */
export function untilMs(answer: HttpAnswer, text: string): number | null {
  const said = retryAfterMs(answer);
  if (said !== null) return said;
  const wait = /(?:after|in)\s+(\d+(?:\.\d+)?)\s*(ms|milliseconds?|s|sec(?:ond)?s?|m|min(?:ute)?s?)\b/i.exec(text);
  if (wait) return Math.ceil(Number(wait[1]) * unitMs(wait[2] ?? 's'));
  const moment = /(?:until|till|before|after|ends? at|expires? (?:at|on)?)\D{0,20}?(\d{10,13})\b/i.exec(text)?.[1];
  const iso = /(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?)\s*(Z|UTC|[+-]\d{2}:?\d{2})?/.exec(text);
  const until = moment ? wireTime(moment) : iso ? new Date(`${iso[1]}T${iso[2]}${zoneOf(iso[3])}`) : null;
  if (!until || Number.isNaN(until.getTime())) return null;
  return Math.max(0, until.getTime() - sentAt(answer).getTime());
}

/** Texts without an offset speak UTC. */
const zoneOf = (text: string | undefined) => (text === undefined || text === 'UTC' ? 'Z' : text);

function unitMs(unit: string): number {
  if (/^(ms|milli)/i.test(unit)) return 1;
  return /^m/i.test(unit) ? 60_000 : 1000;
}

/** The moment of the answer by Binance's own clock where it tells it, for the ban's end is by that clock. */
function sentAt(answer: HttpAnswer): Date {
  const date = new Date(headerOf(answer, 'date') ?? '');
  return Number.isNaN(date.getTime()) ? answer.receivedAt : date;
}

/** The weight used in this minute, which every answer tells (`-1m` since 2019). */
export function learnedOf(answer: HttpAnswer): Learned[] {
  const used = wireDecimal(headerOf(answer, 'x-mbx-used-weight-1m') ?? headerOf(answer, 'x-mbx-used-weight'));
  return used === null ? [] : [{ perSeconds: 60, used: Number(used) }];
}
