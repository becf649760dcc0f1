import type { AnswerOf } from '@freshet/contracts/api';
import { formatShare } from '../format/numbers.ts';
import type { ChartSpec, Point } from './spec.ts';

type History = AnswerOf<'GET /api/v1/portfolios/{portfolio_id}/history'>['data'];
interface Close {
  session: string;
  close: number;
}

/** A portfolio's growth since the first session beside its benchmark's, and how far below its last high it stands. */
export function growthSpec(name: string, history: History, benchmark: string, closes: readonly Close[]): ChartSpec {
  const growth = history.map(({ session, growth: value }) => ({ time: session, value }));
  const beside = rebased(closes, history[0]?.session);
  return {
    unit: 'share',
    lines: [
      { name, tone: 'accent', points: growth.map(({ time, value }) => ({ time, value: value - 1 })) },
      ...(beside.length > 0 ? [{ name: benchmark, tone: 'muted' as const, points: beside }] : []),
      { name: 'Drawdown', tone: 'fall', filled: true, pane: 1, points: drawdownOf(growth) },
    ],
  };
}

/** Its value in money. */
export function valueSpec(name: string, history: History): ChartSpec {
  return {
    unit: 'price',
    lines: [
      {
        name,
        tone: 'accent',
        filled: true,
        points: history.map(({ session, value }) => ({ time: session, value: Number(value) })),
      },
    ],
  };
}

/** Each point's distance from the highest one before it: 0 at a high, −0.2 a fifth below it. */
export function drawdownOf(growth: readonly Point[]): Point[] {
  let high = Number.NEGATIVE_INFINITY;
  return growth.map(({ time, value }) => {
    high = Math.max(high, value);
    return { time, value: high > 0 ? value / high - 1 : 0 };
  });
}

/** The benchmark's growth from the last close at or before the portfolio's first session, so that both begin at zero. */
export function rebased(closes: readonly Close[], from: string | undefined): Point[] {
  if (from === undefined) return [];
  const base = closes.findLast(({ session }) => session <= from) ?? closes[0];
  if (base === undefined || base.close === 0) return [];
  return closes
    .filter(({ session }) => session >= from)
    .map(({ session, close }) => ({ time: session, value: close / base.close - 1 }));
}

/** What the growth chart shows, for those who don't see it. */
export function growthSays(name: string, spec: ChartSpec): string {
  const lines = spec.lines ?? [];
  const ends = lines.map((line) => `${line.name} ${formatShare(line.points.at(-1)?.value)}`);
  return `${name}, growth since ${lines[0]?.points[0]?.time ?? 'the beginning'}: ${ends.join(', ')}`;
}
