import { type Filter, maySee } from './filter.ts';
import { createGroups, type Group } from './groups.ts';
import type { Entry, Recent } from './recent.ts';
import { chunkOf, type Sink } from './sink.ts';

/** A client with more than this unsent gets nothing more until its backlog has shrunk to `ROOM_BYTES`. */
export const FULL_BYTES = 256 * 1024;
const ROOM_BYTES = 64 * 1024;
/** A client whose buffer stays full this long counts as gone, even if its socket is still open. */
const STUCK_MS = 60_000;
/** How long a sweep may hold the event loop at a time. */
const SLICE_MS = 8;
/** How often the backlog of slow clients is checked. */
const SLOW_LOOK_MS = 100;

export interface Member {
  /** Number of the last event that was delivered to this client or filtered out for it. */
  readonly cursor: number;
  change(filter: Filter): void;
  leave(): void;
}

export interface FanOut {
  /** Serves a client from this position in the memory. `cursor` is the number of the last event that it has. */
  join(filter: Filter, sink: Sink, position: number, cursor: number): Member;
  /** There are new events. */
  wake(): void;
  readonly size: number;
  /** The symbols whose prices clients ask for by name. */
  priced(): Set<string>;
  close(): void;
}

interface Client {
  viewer: Filter['viewer'];
  group: Group;
  sink: Sink;
  position: number;
  cursor: number;
  fullSince: number | null;
  gone: boolean;
}

/**
 * Serves any number of clients from one memory of recent events. It sweeps over the clients again and again while there is something to
 * send, and gives each client everything from its own position to the newest event in one write. So an event waits for at most one
 * sweep, and under load one write carries several events: writes are what costs.
 */
export function createFanOut(recent: Recent): FanOut {
  const groups = createGroups(recent);
  let clients: Client[] = [];
  let next = 0;
  let sweeping = false;
  let sweepStartedAt = 0;
  let slow = 0;
  let slowTimer: NodeJS.Timeout | undefined;
  let closed = false;

  function serve(client: Client): void {
    if (client.fullSince !== null) return relieve(client, client.fullSince);
    if (client.position < recent.start) return catchUpByLatest(client);
    const { chunk, to } = groups.runFor(client.group, client.position, client.viewer);
    client.position = to;
    client.cursor = Math.max(client.cursor, recent.at(client.position - 1).number);
    if (!chunk) return;
    client.sink.deliver(chunk);
    if (client.sink.backlog() > FULL_BYTES) {
      client.fullSince = Date.now();
      slow += 1;
      watchSlow();
    }
  }

  function relieve(client: Client, since: number): void {
    if (client.sink.backlog() > ROOM_BYTES) {
      if (Date.now() - since < STUCK_MS) return;
      drop(client);
      return client.sink.giveUp('the connection takes nothing any more');
    }
    client.fullSince = null;
    slow -= 1;
    if (client.position < recent.end) catchUpByLatest(client);
  }

  /** Sends the newest price of each symbol and a lag notice, in place of everything that the client missed. */
  function catchUpByLatest(client: Client): void {
    const { cursor, group, viewer } = client;
    const entries: Entry[] = [];
    for (const entry of recent.latest.values()) {
      if (entry.number > cursor && group.topic.matches(entry) && maySee(viewer, entry)) entries.push(entry);
    }
    entries.sort((a, b) => a.number - b.number);
    client.position = recent.end;
    client.cursor = recent.at(recent.end - 1).number;
    client.sink.deliver(chunkOf(entries, { from: cursor + 1, to: client.cursor }));
  }

  function sweep(): void {
    const sliceStartedAt = performance.now();
    while (next < clients.length) {
      const client = clients[next] as Client;
      next += 1;
      if (!client.gone && client.position < recent.end) serve(client);
      if (next % 32 === 0 && performance.now() - sliceStartedAt > SLICE_MS) {
        // Yields to reading, heartbeats and new clients.
        setImmediate(sweep);
        return;
      }
    }
    if (clients.some(({ gone }) => gone)) clients = clients.filter(({ gone }) => !gone);
    next = 0;
    sweeping = false;
    if (closed || !clients.some((client) => client.fullSince === null && client.position < recent.end)) return;
    // Long sweeps without a pause would take the whole processor, here and at the readers; fewer writes that carry more cost less.
    // A sweep over 5,000 clients takes about 40 ms, so with the pause an event reaches each of them within 70 ms.
    const tookMs = performance.now() - sweepStartedAt;
    begin(tookMs < 4 ? 0 : Math.min(30, 0.75 * tookMs));
  }

  function begin(inMs: number): void {
    if (sweeping || closed) return;
    sweeping = true;
    const start = () => {
      sweepStartedAt = performance.now();
      sweep();
    };
    if (inMs === 0) setImmediate(start);
    else setTimeout(start, inMs);
  }

  function watchSlow(): void {
    slowTimer ??= setInterval(() => {
      for (const client of clients) if (!client.gone && client.fullSince !== null) relieve(client, client.fullSince);
      if (slow > 0) return;
      clearInterval(slowTimer);
      slowTimer = undefined;
    }, SLOW_LOOK_MS);
  }

  function drop(client: Client): void {
    if (client.gone) return;
    client.gone = true;
    if (client.fullSince !== null) slow -= 1;
    groups.release(client.group);
    if (!sweeping) clients = clients.filter(({ gone }) => !gone);
  }

  return {
    join(filter, sink, position, cursor) {
      const client: Client = {
        viewer: filter.viewer,
        group: groups.of(filter),
        sink,
        position,
        cursor,
        fullSince: null,
        gone: false,
      };
      clients.push(client);
      if (position < recent.end) begin(0);
      return {
        get cursor() {
          return client.cursor;
        },
        change(changed) {
          if (client.gone) return;
          const before = client.group;
          client.group = groups.of(changed);
          client.viewer = changed.viewer;
          groups.release(before);
        },
        leave: () => drop(client),
      };
    },
    wake: () => begin(0),
    get size() {
      return clients.length;
    },
    priced: groups.priced,
    close() {
      closed = true;
      clearInterval(slowTimer);
    },
  };
}
