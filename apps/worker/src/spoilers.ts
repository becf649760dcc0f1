/** Symbols that a provider refuses whole batches for, as far as this process has met them. */
export interface Spoilers {
  note(lane: string, symbol: string, data: string): void;
  /** The same lanes, with those last that refuse batches for it. */
  last(lanes: string[], symbol: string, data: string): string[];
}

/** A coin may be listed at any time; finding it in halves again once a day costs little. */
const REMEMBERED_MS = 86_400_000;
const MOST = 10_000;

/**
 * Binance refuses a batch for one coin that it doesn't list, without saying which. Asked there first at every refresh, each
 * such coin would be looked for in halves every time (2·log2(n) calls), and then be asked for elsewhere alone, in a call of its
 * own that it could have shared. Kept by each process for itself: what it doesn't know costs it one search.
 */
export function createSpoilers(now: () => number = Date.now): Spoilers {
  const until = new Map<string, number>();
  const keyOf = (lane: string, symbol: string, data: string) => `${lane} ${data} ${symbol}`;
  return {
    note(lane, symbol, data) {
      const key = keyOf(lane, symbol, data);
      until.delete(key);
      until.set(key, now() + REMEMBERED_MS);
      const [oldest] = until.keys();
      if (until.size > MOST && oldest !== undefined) until.delete(oldest);
    },
    last(lanes, symbol, data) {
      if (until.size === 0) return lanes;
      const spoilt = (lane: string) => (until.get(keyOf(lane, symbol, data)) ?? 0) > now();
      return lanes.some(spoilt) ? [...lanes.filter((lane) => !spoilt(lane)), ...lanes.filter(spoilt)] : lanes;
    },
  };
}
