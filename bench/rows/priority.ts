import { setTimeout as sleep } from 'node:timers/promises';
import { postRefresh, untilEnd } from '../../tests/client.ts';
import { startSystem, type System } from '../../tests/system.ts';
import { type Row, round } from '../row.ts';
import { arrivalsAt, onlyProviders } from '../../tests/simulator-log.ts';

const WAITING = 10_000;
/** What the provider takes while the instants pass. */
const SPENT_MEANWHILE = 8_000;
const PER_REFRESH = 500;
const INSTANTS = 20;
const WITHIN_CALLS = 2;

/**
 * A high refresh recorded at a random moment while ten thousand low symbols wait: which of the calls that arrive at the
 * provider from then on is its own. Calls that were on their way at that moment count against us too, for the log can't tell them.
 */
export const priority: Row = {
  name: 'priority',
  what: `first call of a high refresh behind ${WAITING} low symbols at a saturated provider, ${INSTANTS} random instants; the worst place among the calls that arrive after it was recorded`,
  async run() {
    const system = await startSystem({
      workers: 3,
      simulator: ['--latency', '50-500', '--no-limits'],
      env: { ...onlyProviders('YAHOO'), YAHOO_LIMITS: '2/s' },
    });
    try {
      // The session's handshake is made before.
      const first = await postRefresh(system, '/api/v1/manual/refresh/prices', { symbols: ['AAPL'], max_age_s: 0 });
      await untilEnd(system, first.refresh_id);
      const low = Array.from({ length: (WAITING + SPENT_MEANWHILE) / PER_REFRESH }, (_, i) => {
        const symbols = Array.from({ length: PER_REFRESH }, (_, n) => `SYM${10_000 + i * PER_REFRESH + n}`);
        return postRefresh(system, '/api/v1/manual/refresh/prices', { symbols, max_age_s: 3_600, deadline_s: 3_600 });
      });
      await Promise.all(low);
      await untilPlanned(system, low.length);
      const places: number[] = [];
      const waitedMs: number[] = [];
      for (let i = 0; i < INSTANTS; i++) {
        await sleep(500 + Math.random() * 2_000);
        const { place, ms } = await placeOf(system, [`SYM0${1_000 + 2 * i}`, `SYM0${1_001 + 2 * i}`]);
        places.push(place);
        waitedMs.push(ms);
      }
      const left = WAITING + SPENT_MEANWHILE - (await symbolsAsked(system));
      if (left < WAITING) throw new Error(`only ${left} low symbols waited at the end`);
      return {
        figures: {
          'first call': places.filter((place) => place === 1).length,
          'second call': places.filter((place) => place === 2).length,
          later: places.filter((place) => place > WITHIN_CALLS).length,
          'longest from recorded to sent, ms': round(Math.max(...waitedMs), 0),
          'low symbols waiting at the end': left,
        },
        measured: Math.max(...places),
        bar: { at: WITHIN_CALLS, is: 'at most' },
      };
    } finally {
      await system.stop();
    }
  },
};

/** Asks with the admin's key, and finds its first call among those that arrived since it was recorded. */
async function placeOf(system: System, symbols: string[]): Promise<{ place: number; ms: number }> {
  const body = { symbols, max_age_s: 0 };
  const { refresh_id } = await postRefresh(system, '/api/v1/manual/refresh/prices', body, { key: system.keys.admin });
  const ended = await untilEnd(system, refresh_id, { everyMs: 20, withinMs: 60_000 });
  if (ended.status !== 'success') throw new Error(`a high refresh ended ${JSON.stringify(ended)}`);
  const acceptedMs = await acceptedAt(system, refresh_id);
  const since = await arrivalsAt(system.simulator, 'yahoo', acceptedMs);
  const own = since.findIndex((call) => symbols.some((symbol) => call.symbols.includes(symbol)));
  const atMs = since[own]?.atMs;
  if (atMs === undefined) throw new Error('the simulator knows nothing of its call');
  return { place: own + 1, ms: atMs - acceptedMs };
}

async function acceptedAt(system: System, refreshId: string): Promise<number> {
  const headers = { authorization: `Bearer ${system.keys.admin}` };
  const response = await fetch(`${system.api}/api/v1/refreshes/${refreshId}`, { headers });
  const { accepted_at } = (await response.json()) as { accepted_at: string };
  return Date.parse(accepted_at);
}

/** Waits until all of the low refreshes have their wants in the lane. */
async function untilPlanned(system: System, refreshes: number): Promise<void> {
  const headers = { authorization: `Bearer ${system.keys.admin}` };
  for (let planned = 0; planned < refreshes; await sleep(200)) {
    const response = await fetch(`${system.api}/api/v1/refreshes?status=in_progress&limit=100`, { headers });
    planned = ((await response.json()) as { data: object[] }).data.length;
  }
}

async function symbolsAsked(system: System): Promise<number> {
  return (await arrivalsAt(system.simulator, 'yahoo')).reduce((sum, { symbols }) => sum + symbols.length, 0);
}
