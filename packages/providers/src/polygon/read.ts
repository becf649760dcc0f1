import { type MarketSymbol, isSessionDate } from '@freshet/market';
import { notData, refusedElsewhere } from '../wire/asked-refusal.ts';
import { finished } from '../wire/finished-reading.ts';
import type { HttpAnswer, Reading } from '../provider.ts';
import { joined, otherAnswer, refusal } from '../wire/reading.ts';
import { askedUrl } from '../symbols/spelling.ts';
import { parseJsonExactly, recordOf } from '../wire/wire-json.ts';
import { readGrouped, readOpenClose, readPrevious, readRange } from './aggregates.ts';
import { polygonRefusal } from './errors.ts';
import { readConversion, readLast } from './last.ts';
import { readResults, readTicker } from './snapshots.ts';
import { fromPolygon } from './symbols.ts';

const WHY = 'no quotes or daily bars';
const USED =
  /\/aggs\/(ticker|grouped)\/|\/v1\/(open-close|conversion|summaries)|\/v2\/snapshot\/|\/v3\/snapshot(\/indices)?$|\/v[12]\/last(_quote)?\//;

/** Reads any answer of Polygon (Massive), by its path; without one, aggregates and snapshots are told by their shape. */
export function readPolygon(answer: HttpAnswer, asked?: MarketSymbol[]): Reading {
  const { path, parts } = askedUrl(answer);
  const symbol = fromPolygon(tickerIn(parts), asked);
  const parsed = parseJsonExactly(answer.body);
  const refused = polygonRefusal(answer, parsed, symbol);
  if (!refused) return finished(readBody(answer, parsed, path, symbol, asked));
  return finished(USED.test(path) || !/[a-z]/i.test(path) ? refused : refusedElsewhere(path, WHY, refused));
}

function readBody(
  answer: HttpAnswer,
  parsed: unknown,
  path: string,
  symbol: MarketSymbol,
  asked?: MarketSymbol[],
): Reading {
  const body = recordOf(parsed);
  if (!body) return parsed === undefined || USED.test(path) ? notData(answer, 'Polygon') : otherAnswer(path, WHY);
  if (/\/aggs\/ticker\/.+\/prev$/.test(path)) return readPrevious(body, symbol, asked);
  if (/\/aggs\/ticker\/.+\/range(\/|$)/.test(path)) return readRange(body, spanIn(path), symbol, asked);
  if (/\/aggs\/grouped\//.test(path)) return readGrouped(body, dateIn(path));
  if (/\/v1\/open-close\//.test(path)) return readOpenClose(body, symbol, asked);
  if (/\/v2\/snapshot\//.test(path)) return readSnapshot(answer, body, path, asked);
  if (/\/v3\/snapshot(\/indices)?$|\/v1\/summaries$/.test(path)) {
    return readResults(answer, Array.isArray(body.results) ? body.results : [], path.endsWith('/indices'), asked);
  }
  if (/\/v[12]\/last(_quote)?\//.test(path)) return readLast(answer, body, symbol, asked);
  if (/\/v1\/conversion(\/|$)/.test(path)) return readConversion(answer, body, asked);
  if (/[a-z]/i.test(path)) return otherAnswer(path, WHY);
  if ('tickers' in body || recordOf(body.ticker)) return readSnapshot(answer, body, path, asked);
  return 'resultsCount' in body ? readRange(body, null, symbol, asked) : otherAnswer(path, WHY);
}

/** One ticker under `ticker`, several under `tickers`; an order book has neither. */
function readSnapshot(
  answer: HttpAnswer,
  body: Record<string, unknown>,
  path: string,
  asked?: MarketSymbol[],
): Reading {
  const one = recordOf(body.ticker);
  const many = Array.isArray(body.tickers) ? (body.tickers as unknown[]) : one ? [one] : null;
  if (!many) return otherAnswer(path || 'snapshot', 'an order book, not a quote');
  if (many.length === 0) return refusal('no_data', 'Polygon: a snapshot of nothing.', { symbol: asked?.[0] ?? null });
  const delayed = body.status === 'DELAYED';
  return joined(many.map((ticker) => readTicker(answer, recordOf(ticker) ?? {}, delayed, asked)));
}

/** The path's ticker: behind `ticker`, `tickers`, `open-close`, `trade` or `nbbo`, or a pair in two parts. */
function tickerIn(parts: string[]): string | null {
  const behind = ['ticker', 'tickers', 'open-close', 'trade', 'nbbo', 'stocks']
    .map((word) => parts.lastIndexOf(word))
    .find((at) => at >= 0);
  const pair = ['currencies', 'crypto', 'conversion']
    .map((word) => parts.indexOf(word))
    .find((at) => at >= 0 && parts.length === at + 3);
  const text =
    pair === undefined ? (behind === undefined ? '' : (parts[behind + 1] ?? '')) : parts.slice(pair + 1).join('/');
  return text === '' || /[{}]/.test(text) ? null : text;
}

/** `1 day` of `…/range/1/day/…`; null where the URL is a template. */
function spanIn(path: string): string | null {
  const [, multiplier, timespan] = /\/range\/(\d+)\/([a-z]+)/.exec(path) ?? [];
  return multiplier && timespan ? `${multiplier} ${timespan}` : null;
}

function dateIn(path: string): string | null {
  const last = path.split('/').at(-1) ?? '';
  return isSessionDate(last) ? last : null;
}
