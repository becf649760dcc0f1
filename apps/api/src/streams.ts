import type { Logger, Metrics } from '@freshet/runtime';
import type { Gate } from './access/authenticate.ts';
import type { Principal } from './access/principal.ts';
import { Problem } from './http/problem.ts';

/** Anything that stays open: an event stream, a WebSocket. */
export interface Open {
  close(): void;
  closed: Promise<void>;
}

export interface Streams {
  /** @throws Problem too_many_streams before anything is opened */
  assertRoom(who: Principal): void;
  /** Keeps account of what was opened, and ends it when its key does. */
  add(who: Principal, open: Open): void;
  /** Ends all of them: the process stops. */
  close(): Promise<void>;
}

/** A browser with several tabs, and a few programs, on one key; and all of them on one process. */
const MOST_OF_KEY = 50;
const MOST = 20_000;
/** A revoked key's streams end within 5 s of it. */
const LOOK_MS = 2_000;

export function createStreams({ gate, log, metrics }: { gate: Gate; log: Logger; metrics: Metrics }): Streams {
  const byKey = new Map<string, Set<Open>>();
  let count = 0;
  let looking = false;
  metrics.gauge({
    name: 'freshet_connected_clients',
    help: 'Open event streams and WebSockets.',
    collect: (gauge) => gauge.set(count),
  });

  const timer = setInterval(() => {
    if (looking || byKey.size === 0) return;
    looking = true;
    endRevoked().finally(() => {
      looking = false;
    });
  }, LOOK_MS);
  timer.unref();

  async function endRevoked(): Promise<void> {
    try {
      for (const keyId of await gate.ended([...byKey.keys()])) {
        gate.forget(keyId);
        for (const open of byKey.get(keyId) ?? []) open.close();
      }
    } catch (error) {
      log.warn({ err: error }, 'could not see which keys have ended');
    }
  }

  return {
    assertRoom({ keyId, role }) {
      const full = count >= MOST || (role !== 'system' && (byKey.get(keyId)?.size ?? 0) >= MOST_OF_KEY);
      if (full) throw new Problem('too_many_streams', { headers: { 'retry-after': '10' } });
    },
    add({ keyId }, open) {
      const all = byKey.get(keyId) ?? new Set();
      byKey.set(keyId, all.add(open));
      count++;
      const forget = () => {
        count--;
        all.delete(open);
        if (all.size === 0 && byKey.get(keyId) === all) byKey.delete(keyId);
      };
      open.closed.then(forget, forget);
    },
    async close() {
      clearInterval(timer);
      const all = [...byKey.values()].flatMap((each) => [...each]);
      for (const open of all) open.close();
      const patience = new Promise((resolve) => setTimeout(resolve, 2_000).unref());
      await Promise.race([Promise.allSettled(all.map(({ closed }) => closed)), patience]);
    },
  };
}
