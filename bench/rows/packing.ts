import { postRefresh, untilEnd } from '../../tests/client.ts';
import { startSystem } from '../../tests/system.ts';
import { type Row, round } from '../row.ts';
import { arrivalsAt, onlyProviders } from '../../tests/simulator-log.ts';

const SYMBOLS = 2_500;
const REFRESHES = 200;
/** Of each refresh: every symbol is wanted by sixteen of them on average. */
const SYMBOLS_EACH = 200;
/** Symbols that already wait, so that the provider is saturated from the beginning. */
const BEFORE = 1_000;
/** Yahoo's. */
const BATCH = 50;

/**
 * Refreshes with overlapping symbols, none of which has a price, all at once, at a provider whose quota is spent: the calls that symbols
 * are asked in, beside as few as there could be. A symbol that is asked twice counts as much as a batch with room.
 */
export const packing: Row = {
  name: 'packing',
  what: `provider calls per distinct stale symbol × best batch, ${REFRESHES} concurrent refreshes over ${SYMBOLS} symbols at a saturated provider`,
  async run() {
    const system = await startSystem({
      workers: 3,
      simulator: ['--latency', '50-500', '--no-limits'],
      env: { ...onlyProviders('YAHOO'), YAHOO_LIMITS: '4/2s' },
    });
    try {
      const refresh = (symbols: string[]) =>
        postRefresh(system, '/api/v1/manual/refresh/prices', { symbols, max_age_s: 3_600 });
      // The session's handshake is made before, and it is no call for symbols.
      await untilEnd(system, (await refresh(['AAPL'])).refresh_id);
      const sinceMs = Date.now();
      const before = await Promise.all([refresh(numbered(50_000, BEFORE / 2)), refresh(numbered(60_000, BEFORE / 2))]);
      const during = await Promise.all(Array.from({ length: REFRESHES }, (_, i) => refresh(symbolsOf(i))));
      const ended = await Promise.all(
        [...before, ...during].map(({ refresh_id }) =>
          untilEnd(system, refresh_id, { everyMs: 250, withinMs: 300_000 }),
        ),
      );
      const bad = ended.find(({ status }) => status !== 'success');
      if (bad) throw new Error(`a refresh ended ${JSON.stringify(bad)}`);
      const calls = (await arrivalsAt(system.simulator, 'yahoo', sinceMs)).filter(({ symbols }) => symbols.length > 0);
      const asked = new Map<string, number>();
      for (const symbol of calls.flatMap(({ symbols }) => symbols)) asked.set(symbol, (asked.get(symbol) ?? 0) + 1);
      return {
        figures: {
          'distinct symbols': asked.size,
          calls: calls.length,
          'fewest possible': Math.ceil(asked.size / BATCH),
          'calls with room': calls.filter(({ symbols }) => symbols.length < BATCH).length,
          'symbols asked twice': [...asked.values()].filter((times) => times > 1).length,
          'calls per symbol': round(calls.length / asked.size, 5),
        },
        measured: (calls.length * BATCH) / asked.size,
        bar: { at: 1.05, is: 'at most' },
      };
    } finally {
      await system.stop();
    }
  },
};

/** Two hundred symbols from a place of its own, every second one: neighbours overlap, none are equal. */
function symbolsOf(refresh: number): string[] {
  const from = Math.floor((refresh * SYMBOLS) / REFRESHES);
  return Array.from({ length: SYMBOLS_EACH }, (_, i) => numberedOne((from + 2 * i + (refresh % 2)) % SYMBOLS));
}

const numbered = (from: number, count: number) => Array.from({ length: count }, (_, i) => numberedOne(from + i));
/** Listings that only the simulated market knows. */
const numberedOne = (n: number) => `SYM${String(n + 1).padStart(5, '0')}`;
