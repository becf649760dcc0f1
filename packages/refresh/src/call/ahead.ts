import type { Ahead, Lane, WantedItem } from '../ports.ts';

/** What a call would claim first of these wants: quotes come before other data. `before`: how many wants, of unknown data, stood in the lane before. */
export function aheadOf(wants: WantedItem[], lane: string, rank: number, before: number): Ahead {
  const there = wants.filter((want) => want.lane === lane);
  const data = there.some((want) => want.data === 'quote') ? 'quote' : (there[0]?.data ?? 'quote');
  const waiting = there.filter((want) => want.data === data).length;
  return { data, waiting, rank, others: before > 0 || waiting < there.length };
}

/** More waits in the lane than one call takes. */
export function isContended(lane: Lane, ahead: Ahead): boolean {
  return ahead.others || ahead.waiting >= lane.batchBest(ahead.data);
}

/** How many symbols the next call of the lane could take. */
export function nextBatch(lane: Lane, ahead: Ahead): number {
  return Math.min(ahead.waiting, lane.batchBest(ahead.data));
}

/** How many symbols a grant pays for: it may be smaller than what was asked for. */
export function affordable(most: number, granted: number, cost: (symbols: number) => number): number {
  let symbols = most;
  while (symbols > 1 && cost(symbols) > granted) symbols--;
  return symbols;
}
