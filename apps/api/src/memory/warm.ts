import { CALENDAR_IDS, calendarOf } from '@freshet/calendar';
import type { Logger } from '@freshet/runtime';
import { type Pool, watchlistSymbols } from '@freshet/store';
import type { Quotes } from './quotes.ts';

const LOOK_MS = 60_000;
/** How long before an open the caches are warmed. */
const AHEAD_MS = 2 * 60_000;
const MOST_WARMED = 200;
const MOST_COUNTED = 5_000;

export interface Warmth {
  /** Counts a request for a symbol, by the hour of the day. */
  asked(symbol: string): void;
  close(): void;
}

/**
 * Warms the cache of quotes: after a start, before a market opens, and at every full hour with the symbols that are usually asked for in that
 * hour. A failure only means that the first request of a symbol is slower.
 */
export function createWarmth(options: {
  pool: Pool;
  quotes(): Quotes;
  log: Logger;
  now?: () => Date;
}): Warmth & { warm(): Promise<number> } {
  const { pool, quotes, log, now = () => new Date() } = options;
  const byHour = Array.from({ length: 24 }, () => new Map<string, number>());
  let warmedUntil = 0;
  const timer = setInterval(() => void look(), LOOK_MS);
  timer.unref();

  async function look(): Promise<void> {
    const at = now();
    if (at.getTime() < warmedUntil || !(opensSoon(at) || at.getUTCMinutes() === 0)) return;
    warmedUntil = at.getTime() + 2 * AHEAD_MS;
    await warm();
  }

  async function warm(): Promise<number> {
    try {
      const usual = [...(byHour[now().getUTCHours()] ?? [])].sort(([, a], [, b]) => b - a).map(([symbol]) => symbol);
      const symbols = [...new Set([...(await watchlistSymbols(pool, null)), ...usual])].slice(0, MOST_WARMED);
      return (await quotes().of(symbols)).size;
    } catch (error) {
      log.warn({ err: error }, 'the caches could not be warmed');
      return 0;
    }
  }

  return {
    warm,
    asked(symbol) {
      const counts = byHour[now().getUTCHours()];
      if (counts && (counts.has(symbol) || counts.size < MOST_COUNTED))
        counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
    },
    close: () => clearInterval(timer),
  };
}

function opensSoon(at: Date): boolean {
  return CALENDAR_IDS.some((id) => {
    const leftMs = calendarOf(id).sessionAt(at).nextOpen.getTime() - at.getTime();
    return leftMs > 0 && leftMs <= AHEAD_MS;
  });
}
