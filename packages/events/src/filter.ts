import type { EventType, Role } from '@freshet/contracts';
import type { Entry } from './recent.ts';

/** Which events a client wants, and who it is. */
export interface Filter {
  /** Undefined: every type. */
  types?: readonly EventType[];
  /** Undefined: every symbol. Events that name no symbol always pass. */
  symbols?: readonly string[];
  /** Only events that name this refresh. */
  refreshId?: string;
  viewer: { userId: string; role: Role };
}

/** A filter without its viewer. Clients with the same topic share the work of serving them. */
export interface Topic {
  key: string;
  /** The symbols whose prices it asks for by name. */
  priced: readonly string[];
  matches(entry: Entry): boolean;
}

export function topicOf({ types, symbols, refreshId }: Filter): Topic {
  const wantedTypes = types && new Set<EventType>(types);
  const wantedSymbols = symbols && new Set(symbols);
  return {
    key: JSON.stringify([types && [...types].sort(), symbols && [...symbols].sort(), refreshId]),
    priced: wantedTypes && !wantedTypes.has('price_update') ? [] : (symbols ?? []),
    matches: (entry) =>
      (!wantedTypes || wantedTypes.has(entry.type)) &&
      (!wantedSymbols || entry.symbol === null || wantedSymbols.has(entry.symbol)) &&
      (refreshId === undefined || entry.refreshId === refreshId),
  };
}

/** Everybody sees an event without an owner; an event of a user is seen by that user and by staff. */
export function maySee({ userId, role }: Filter['viewer'], entry: Entry): boolean {
  return entry.userId === null || role !== 'user' || entry.userId === userId;
}
