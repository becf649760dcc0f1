import type { Closes, Gap } from './gaps.ts';

/** A run of sessions whose prices are off from the right level by one factor. */
export interface OffLevel {
  from: number;
  /** Exclusive. */
  to: number;
  /** The factor by which its prices are too high (below 1: too low). */
  factor: number;
}

interface Segment {
  from: number;
  to: number;
  /** Its level relative to the first segment's, as a logarithm. */
  level: number;
}

/** Levels nearer than this count as the same: the market moves too. */
const SAME = Math.log(1.4);
/** A level counts as settled after so many sessions. */
const SETTLED = 3;

/**
 * The sessions on a wrong level, given the gaps at which the series changes its level. `by` says which level is right:
 * `traded`: the one with the most traded sessions; `latest`: the last one that has settled; a number: the level of the
 * session with that index.
 */
export function offLevels(closes: Closes, jumps: readonly Gap[], by: 'traded' | 'latest' | number): OffLevel[] {
  if (jumps.length === 0) return [];
  const segments = segmentsOf(closes.close.length, jumps);
  const right = by === 'traded' ? mostTraded(closes, segments) : by === 'latest' ? latest(segments) : at(segments, by);
  return segments
    .filter(({ level }) => Math.abs(level - right) > SAME)
    .map(({ from, to, level }) => ({ from, to, factor: Math.exp(level - right) }));
}

function segmentsOf(count: number, jumps: readonly Gap[]): Segment[] {
  const segments: Segment[] = [];
  let from = 0;
  let level = 0;
  for (const { at, log } of jumps) {
    segments.push({ from, to: at, level });
    from = at;
    level += log;
  }
  segments.push({ from, to: count, level });
  return segments;
}

/** The level with the most traded sessions; ties go to the one with more sessions, then to the later one. */
function mostTraded({ traded }: Closes, segments: readonly Segment[]): number {
  const weigh = (level: number, counts: (index: number) => boolean) =>
    segments
      .filter((segment) => Math.abs(segment.level - level) <= SAME)
      .reduce((sum, { from, to }) => sum + count(from, to, counts), 0);
  const ranked = segments.map(({ level }, place) => ({
    level,
    place,
    traded: weigh(level, traded),
    sessions: weigh(level, () => true),
  }));
  ranked.sort((a, b) => b.traded - a.traded || b.sessions - a.sessions || b.place - a.place);
  return ranked[0]?.level ?? 0;
}

function count(from: number, to: number, counts: (index: number) => boolean): number {
  let found = 0;
  for (let index = from; index < to; index++) if (counts(index)) found += 1;
  return found;
}

const at = (segments: readonly Segment[], index: number): number => segments.find(({ to }) => to > index)?.level ?? 0;

/**
 * The last level with enough sessions in all, even if others lie between them. A younger level may be a slip of the
 * last days.
 */
function latest(segments: readonly Segment[]): number {
  const sessionsAt = (level: number) =>
    segments.reduce((sum, one) => sum + (Math.abs(one.level - level) <= SAME ? one.to - one.from : 0), 0);
  const settled = segments.findLast(({ level }) => sessionsAt(level) >= SETTLED) ?? segments.at(-2) ?? segments.at(-1);
  return settled?.level ?? 0;
}
