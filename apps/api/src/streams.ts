import type { Farewell } from '@freshet/events';
import type { Logger, Metrics } from '@freshet/runtime';
import type { Gate } from './access/authenticate.ts';
import type { Principal } from './access/principal.ts';
import { Problem } from './http/problem.ts';

/** A connection that stays open: an event stream or a WebSocket. */
export interface Open {
  close(because: Farewell): void;
  closed: Promise<void>;
}

export interface Streams {
  /** @throws Problem too_many_streams, or unavailable when the process stops, before anything is opened */
  assertRoom(who: Principal): void;
  /** Counts an open stream, and ends it when its key or its browser's session ends. */
  add(who: Principal, open: Open): void;
  /** Ends all streams, because the process stops. */
  close(): Promise<void>;
}

/** The most streams of one key (a browser with several tabs, and a few programs) and of one process. */
const MOST_OF_KEY = 50;
const MOST = 20_000;
/** How often keys and sessions are checked: streams must end within 5 s of a sign-out or a revoked key, whichever api process saw it. */
const LOOK_MS = 2_000;

/** Counts the streams that are open in this process, by key, and ends those whose key or session has ended. */
export function createStreams({ gate, log, metrics }: { gate: Gate; log: Logger; metrics: Metrics }): Streams {
  /** The open streams of each key, each with the browser session that opened it, if one did. */
  const byKey = new Map<string, Map<Open, string | null>>();
  let count = 0;
  let looking = false;
  let closing = false;
  metrics.gauge({
    name: 'freshet_connected_clients',
    help: 'Open event streams and WebSockets.',
    collect: (gauge) => gauge.set(count),
  });

  const timer = setInterval(() => {
    if (looking || byKey.size === 0) return;
    looking = true;
    endWhatEnded().finally(() => {
      looking = false;
    });
  }, LOOK_MS);
  timer.unref();

  async function endWhatEnded(): Promise<void> {
    try {
      const opened = [...byKey.values()].flatMap((all) => [...all.values()]);
      const sessions = [...new Set(opened)].filter((session) => session !== null);
      const ended = await gate.ended({ keyIds: [...byKey.keys()], sessions });
      const [keyIds, closed] = [new Set(ended.keyIds), new Set(ended.sessions)];
      for (const [keyId, all] of byKey) {
        for (const [open, session] of all) {
          if (!keyIds.has(keyId) && (session === null || !closed.has(session))) continue;
          gate.forget(keyId);
          open.close('signed out');
        }
      }
    } catch (error) {
      log.warn(
        { err: error },
        'could not check which keys and sessions have ended; their streams stay open until the next check',
      );
    }
  }

  return {
    assertRoom({ keyId, role }) {
      if (closing) throw new Problem('unavailable');
      const full = count >= MOST || (role !== 'system' && (byKey.get(keyId)?.size ?? 0) >= MOST_OF_KEY);
      if (full) throw new Problem('too_many_streams', { headers: { 'retry-after': '10' } });
    },
    add({ keyId, session }, open) {
      const all = byKey.get(keyId) ?? new Map<Open, string | null>();
      byKey.set(keyId, all.set(open, session));
      count++;
      const forget = () => {
        count--;
        all.delete(open);
        if (all.size === 0 && byKey.get(keyId) === all) byKey.delete(keyId);
      };
      open.closed.then(forget, forget);
      // It was being opened while the others were closed.
      if (closing) open.close('going away');
    },
    async close() {
      closing = true;
      clearInterval(timer);
      const all = [...byKey.values()].flatMap((each) => [...each.keys()]);
      for (const open of all) open.close('going away');
      const patience = new Promise((resolve) => setTimeout(resolve, 2_000).unref());
      await Promise.race([Promise.allSettled(all.map(({ closed }) => closed)), patience]);
    },
  };
}
