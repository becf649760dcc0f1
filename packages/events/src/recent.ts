import type { EventType } from '@freshet/contracts';
import type { LogRow } from './row.ts';

/** One event as it is held for sending: the fields that filters look at, and the payload as text, serialised once. */
export interface Entry {
  number: number;
  type: EventType;
  userId: string | null;
  symbol: string | null;
  refreshId: string | null;
  data: string;
}

/** The events of a row whose numbers are above `after`. */
export function entriesOf(row: LogRow, after = 0): Entry[] {
  const entries: Entry[] = [];
  for (const [index, payload] of row.items.entries()) {
    const number = row.first + index;
    if (number <= after) continue;
    entries.push({
      number,
      type: row.type,
      userId: row.userId,
      symbol: typeof payload.symbol === 'string' ? payload.symbol : null,
      refreshId: typeof payload.refresh_id === 'string' ? payload.refresh_id : null,
      data: JSON.stringify(payload),
    });
  }
  return entries;
}

/**
 * The newest events, in memory. Clients are served from here, each from its own position. A position counts all events that were ever pushed,
 * so it stays valid while old events leave.
 */
export interface Recent {
  push(entry: Entry): void;
  /** The log has a hole that ends at this number. A client from before it must be told so, and therefore can't be served from memory. */
  lacksUpTo(number: number): void;
  /** Clients that have seen this number, or a later one, can be served from this memory. */
  readonly beginsAfter: number;
  /** Position of the oldest event that is held. */
  readonly start: number;
  /** Position behind the newest one. */
  readonly end: number;
  at(position: number): Entry;
  /** The position of the first event above `number`; null when the client needs older events than those held. */
  positionAfter(number: number): number | null;
  /** The newest price of each symbol, for clients that were too slow for all of them. */
  readonly latest: ReadonlyMap<string, Entry>;
}

/** At least this many events are held, and fewer than twice as many. */
const HELD = 5_000;

/** @param startsAfter the number of the last event before this memory */
export function createRecent(startsAfter: number): Recent {
  let entries: Entry[] = [];
  let start = 0;
  let forgotten = startsAfter;
  const latest = new Map<string, Entry>();

  return {
    push(entry) {
      entries.push(entry);
      if (entry.type === 'price_update' && entry.symbol !== null) latest.set(entry.symbol, entry);
      // Many are dropped at once, which costs less than one at a time.
      if (entries.length >= 2 * HELD) {
        forgotten = Math.max(forgotten, entries[HELD - 1]?.number ?? 0);
        entries = entries.slice(HELD);
        start += HELD;
      }
    },
    lacksUpTo(number) {
      forgotten = Math.max(forgotten, number);
    },
    get beginsAfter() {
      return forgotten;
    },
    get start() {
      return start;
    },
    get end() {
      return start + entries.length;
    },
    at: (position) => entries[position - start] as Entry,
    positionAfter(number) {
      if (number < forgotten) return null;
      let low = 0;
      let high = entries.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((entries[middle] as Entry).number <= number) low = middle + 1;
        else high = middle;
      }
      return start + low;
    },
    latest,
  };
}
