import { createDayMemory } from './day-memory.ts';

/** Symbols for which a provider refuses whole batches, as far as this process has met them. */
export interface Spoilers {
  note(lane: string, symbol: string, data: string): void;
  /** The same lanes, with those last that refuse batches with this symbol. */
  last(lanes: string[], symbol: string, data: string): string[];
}

/**
 * Binance refuses a whole batch for one coin that it doesn't list, without naming the coin. Without this memory every refresh would find
 * each such coin by halving the batch (2·log2(n) calls), and then ask for it elsewhere in a call of its own, which it could have
 * shared. Each process keeps its own memory; an unknown coin costs it one search.
 */
export function createSpoilers(now?: () => number): Spoilers {
  const met = createDayMemory<true>(now);
  return {
    note: (lane, symbol, data) => met.note(lane, symbol, data, true),
    last(lanes, symbol, data) {
      if (met.isEmpty()) return lanes;
      const spoilt = (lane: string) => met.recall(lane, symbol, data) === true;
      return lanes.some(spoilt) ? [...lanes.filter((lane) => !spoilt(lane)), ...lanes.filter(spoilt)] : lanes;
    },
  };
}
