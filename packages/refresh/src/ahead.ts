import type { Ahead, Lane, WantedItem } from './ports.ts';

/** What a call would take of these wants first: quotes come before the rest. Of what waited there `before`, nobody knows the data here. */
export function aheadOf(wants: WantedItem[], lane: string, rank: number, before: number): Ahead {
  const there = wants.filter((want) => want.lane === lane);
  const data = there.some((want) => want.data === 'quote') ? 'quote' : (there[0]?.data ?? 'quote');
  const waiting = there.filter((want) => want.data === data).length;
  return { data, waiting, rank, others: before > 0 || waiting < there.length };
}

/** There is more than one call takes. */
export function isContended(lane: Lane, ahead: Ahead): boolean {
  return ahead.others || ahead.waiting >= lane.batchBest(ahead.data);
}

/** The symbols of a call that takes as much as it may. */
export function mostOf(lane: Lane, ahead: Ahead): number {
  return Math.min(ahead.waiting, lane.batchBest(ahead.data));
}

/** The most symbols that a grant pays for; there may have been less room than was asked for. */
export function affordable(most: number, granted: number, cost: (symbols: number) => number): number {
  let symbols = most;
  while (symbols > 1 && cost(symbols) > granted) symbols--;
  return symbols;
}
