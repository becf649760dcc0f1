import type { Bar, Quote } from '@freshet/market';
import type { HttpAnswer, Reading } from '../provider.ts';
import { type ExpectedBars, type ExpectedQuote, type ExpectedReading, type Path, ROW } from './expected.ts';
import { countAt, dateOn, parsedBody, priceAt, timeAt, valueAt } from './walk.ts';

/**
 * Holds a reading against what is expected of it, each value fetched from the body by a walk of this suite's own.
 * Throws where they differ; a row, a field or an error that nobody expects counts as a difference.
 */
export function checkReading(read: Reading, expected: ExpectedReading, answer: HttpAnswer): void {
  const body = parsedBody(answer.body);
  const quotes = typeof expected.quotes === 'function' ? expected.quotes(body) : (expected.quotes ?? []);
  expect(read.quotes.map(quoteFields)).toEqual(quotes.map((one) => quoteExpected(one, body, answer)));
  const bars = (expected.bars ?? []).flatMap((one) => barsExpected(one, body, answer));
  expect(read.bars.map(barFields).sort(bySession)).toEqual(bars.sort(bySession));
  expect(read.earnings).toEqual(expected.earnings ?? []);
  expect(read.errors.map(({ symbol, kind }) => ({ symbol, kind }))).toEqual(
    (expected.errors ?? []).map(({ symbol, kind }) => ({ symbol, kind })),
  );
  for (const [index, error] of (expected.errors ?? []).entries()) {
    if (error.retryAfterMs !== undefined) expect(read.errors[index]?.retryAfterMs).toBe(error.retryAfterMs);
  }
  expect(read.other).toHaveLength(expected.other ? 1 : 0);
}

function quoteFields(quote: Quote) {
  const { convertedBy: _, quoteTime, ...fields } = quote;
  return { ...fields, quoteTime: quoteTime.getTime() };
}

function quoteExpected(expected: ExpectedQuote, body: unknown, { body: text, receivedAt }: HttpAnswer) {
  const price = (where: ExpectedQuote['open']) => priceAt(where, body, text, expected.factor);
  const found = price(expected.price);
  if (found === null) throw new Error(`the body has no price where the table looks for that of ${expected.symbol}`);
  return {
    symbol: expected.symbol,
    price: found,
    open: price(expected.open),
    high: price(expected.high),
    low: price(expected.low),
    previousClose: price(expected.previousClose),
    volume: countAt(expected.volume, body, text),
    marketCap: countAt(expected.marketCap, body, text, expected.marketCapFactor),
    currency: expected.currency,
    session: expected.session,
    delayS: expected.delayS ?? 0,
    quoteTime: timeAt(expected.time, body, receivedAt),
  };
}

function barFields(bar: Bar) {
  const { convertedBy: _, ...fields } = bar;
  return {
    ...fields,
    adjustedClose: bar.adjustedClose ?? null,
    splitRatio: bar.splitRatio ?? null,
    dividend: bar.dividend ?? null,
    currency: bar.currency ?? null,
  };
}

function bySession(a: ExpectedBar, b: ExpectedBar): number {
  return `${a.symbol} ${a.session}` < `${b.symbol} ${b.session}` ? -1 : 1;
}

type ExpectedBar = ReturnType<typeof barFields>;

/** The bars that the table says. */
function barsExpected(expected: ExpectedBars, body: unknown, { body: text }: HttpAnswer): ExpectedBar[] {
  const found = valueAt(body, expected.rows);
  const list = expected.single ? [found] : found;
  if (typeof list !== 'object' || list === null) throw new Error('the body has no rows where the table looks for them');
  const rows = Array.isArray(list) ? list.map((row, index) => [String(index), row] as const) : Object.entries(list);
  const bars = rows.flatMap(([key, row], index) => {
    if (expected.without?.includes(index)) return [];
    const place = (path: ExpectedBars['open']) => (path && expected.columns ? inColumn(path, index) : path);
    const from = expected.columns ? body : row;
    const price = (path: ExpectedBars['open']) => priceAt(place(path), from, text, expected.factor);
    const session = sessionExpected(expected, key, row);
    const close = price(expected.close);
    if (close === null) throw new Error(`row ${index} has no close; a row that must be left out belongs in "without"`);
    const bar = {
      symbol: expected.symbol,
      session,
      open: price(expected.open),
      high: price(expected.high),
      low: price(expected.low),
      close,
      volume: countAt(place(expected.volume), from, text),
      adjustedClose: price(expected.adjustedClose),
      splitRatio: expected.splits?.[session] ?? null,
      dividend: expected.dividends?.[session] ?? null,
      currency: expected.currency ?? null,
    };
    return [bar];
  });
  return expected.together ? putTogether(bars) : bars;
}

function inColumn(path: Path, index: number): Path {
  return path.includes(ROW) ? path.map((step) => (step === ROW ? index : step)) : [...path, index];
}

function putTogether(rows: ExpectedBar[]): ExpectedBar[] {
  const sessions = [...Map.groupBy(rows, (row) => row.session).values()];
  const most = (texts: (string | null)[], pick: (...values: number[]) => number) =>
    texts.find((text) => Number(text) === pick(...texts.map(Number))) ?? null;
  return sessions.map((day, index) => ({
    ...(day[0] as ExpectedBar),
    open: index === 0 ? null : (day[0]?.open ?? null),
    high:
      index === 0
        ? null
        : most(
            day.map((row) => row.high),
            Math.max,
          ),
    low:
      index === 0
        ? null
        : most(
            day.map((row) => row.low),
            Math.min,
          ),
    close: day.at(-1)?.close ?? '',
  }));
}

function sessionExpected({ session }: ExpectedBars, key: string, row: unknown): string {
  if ('date' in session) return session.date;
  const written = session.at === 'key' ? key : valueAt(row, session.at);
  if (session.as === 'date') return String(written).slice(0, 10);
  return dateOn(Number(written) * (session.as === 's' ? 1000 : 1) - (session.endsAt ? 1 : 0), session.zone);
}
