import { createDayMemory } from './day-memory.ts';

/** Symbols that a provider refuses whole batches for, as far as this process has met them. */
export interface Spoilers {
  note(lane: string, symbol: string, data: string): void;
  /** The same lanes, with those last that refuse batches for it. */
  last(lanes: string[], symbol: string, data: string): string[];
}

/**
 * Binance refuses a batch for one coin that it doesn't list, without saying which. Asked there first at every refresh, each
 * such coin would be looked for in halves every time (2·log2(n) calls), and then be asked for elsewhere alone, in a call of its
 * own that it could have shared. Kept by each process for itself: what it doesn't know costs it one search.
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
