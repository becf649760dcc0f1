/** Remembers for a day what this process has met at a provider for one symbol and one kind of data. */
export interface DayMemory<T> {
  note(lane: string, symbol: string, data: string, met: T): void;
  recall(lane: string, symbol: string, data: string): T | undefined;
  /** Nothing was ever noted, so that callers can skip the look-up. */
  isEmpty(): boolean;
}

/** A listing or a subscription may change at any time; finding out again once a day costs little. */
const REMEMBERED_MS = 86_400_000;
/** The most entries; beyond, the oldest is forgotten. */
const MOST = 10_000;

export function createDayMemory<T>(now: () => number = Date.now): DayMemory<T> {
  const kept = new Map<string, { met: T; until: number }>();
  const keyOf = (lane: string, symbol: string, data: string) => `${lane} ${data} ${symbol}`;
  return {
    note(lane, symbol, data, met) {
      const key = keyOf(lane, symbol, data);
      kept.delete(key);
      kept.set(key, { met, until: now() + REMEMBERED_MS });
      const [oldest] = kept.keys();
      if (kept.size > MOST && oldest !== undefined) kept.delete(oldest);
    },
    recall(lane, symbol, data) {
      const found = kept.get(keyOf(lane, symbol, data));
      return found && found.until > now() ? found.met : undefined;
    },
    isEmpty: () => kept.size === 0,
  };
}
