import { type Filter, maySee, type Topic, topicOf } from './filter.ts';
import type { Entry, Recent } from './recent.ts';
import { type Chunk, chunkOf } from './sink.ts';

/** Longest run of events in one write, so that a single write can't overfill a client's buffer by far. */
const RUN_BYTES = 128 * 1024;

/** The clients with the same topic, and the run of events that was last prepared for one of them. Positions are those of `Recent`. */
export interface Group {
  topic: Topic;
  clients: number;
  from: number;
  to: number;
  /** The run has the length that one write may have: new events don't extend it. */
  full: boolean;
  /** The run without users' private events: everybody may see it. Made when first needed. */
  open: Chunk | null;
  /** The whole run, with all users' private events: what staff see. Made when first needed. */
  all: Chunk | null;
  entries: Entry[];
  hasPrivate: boolean;
}

export interface Groups {
  /** The group of a filter's topic; counts one client more. Each call is paired with a `release`. */
  of(filter: Filter): Group;
  release(group: Group): void;
  /** The run for a viewer at position `from`, and the position behind it. The chunk is null when the viewer gets none of its events. */
  runFor(group: Group, from: number, viewer: Filter['viewer']): { chunk: Chunk | null; to: number };
  /** The symbols whose prices are asked for by name. */
  priced(): Set<string>;
}

/** Serves clients of the same topic with the same bytes, made once: usually thousands of clients want the same. */
export function createGroups(recent: Recent): Groups {
  const groups = new Map<string, Group>();

  /** Prepares the run of events from `from` on, once for all clients of the group at that position. */
  function prepare(group: Group, from: number): void {
    if (group.from === from && (group.full || group.to === recent.end)) return;
    group.from = from;
    group.entries = [];
    group.hasPrivate = false;
    group.open = null;
    group.all = null;
    let bytes = 0;
    let to = from;
    for (; to < recent.end && bytes < RUN_BYTES; to += 1) {
      const entry = recent.at(to);
      if (!group.topic.matches(entry)) continue;
      group.entries.push(entry);
      group.hasPrivate ||= entry.userId !== null;
      bytes += entry.data.length + 64;
    }
    group.to = to;
    group.full = bytes >= RUN_BYTES;
  }

  function chunkFor(group: Group, viewer: Filter['viewer']): Chunk | null {
    if (group.entries.length === 0) return null;
    if (!group.hasPrivate || viewer.role !== 'user') {
      group.all ??= chunkOf(group.entries);
      return group.all;
    }
    if (group.entries.some(({ userId }) => userId !== null && userId === viewer.userId)) {
      return chunkOf(group.entries.filter((entry) => maySee(viewer, entry)));
    }
    group.open ??= chunkOf(group.entries.filter(({ userId }) => userId === null));
    return group.open.entries.length > 0 ? group.open : null;
  }

  return {
    of(filter) {
      const topic = topicOf(filter);
      let group = groups.get(topic.key);
      if (!group) {
        group = {
          topic,
          clients: 0,
          from: -1,
          to: -1,
          full: false,
          open: null,
          all: null,
          entries: [],
          hasPrivate: false,
        };
        groups.set(topic.key, group);
      }
      group.clients += 1;
      return group;
    },
    release(group) {
      group.clients -= 1;
      if (group.clients === 0) groups.delete(group.topic.key);
    },
    runFor(group, from, viewer) {
      prepare(group, from);
      return { chunk: chunkFor(group, viewer), to: group.to };
    },
    priced: () => new Set([...groups.values()].flatMap(({ topic }) => topic.priced)),
  };
}
