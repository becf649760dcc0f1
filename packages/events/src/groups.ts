import { type Filter, maySee, type Topic, topicOf } from './filter.ts';
import type { Entry, Recent } from './recent.ts';
import { type Chunk, chunkOf } from './sink.ts';

/** Longest run of events in one write, so that one write can't fill a buffer by far. */
const RUN_BYTES = 128 * 1024;

/** What all clients with the same topic share: the run of events that was last made for one of them. */
export interface Group {
  topic: Topic;
  clients: number;
  from: number;
  to: number;
  /** As long as one write may be: new events don't make it longer. */
  full: boolean;
  /** Seen by everybody. */
  open: Chunk | null;
  /** With everybody's events among them: what staff see. */
  all: Chunk | null;
  entries: Entry[];
  hasPrivate: boolean;
}

export interface Groups {
  /** The group of a filter's topic, with one client more. */
  of(filter: Filter): Group;
  release(group: Group): void;
  /** What a viewer gets who stands at `from`, null when nothing of it is meant for him, and the position behind it. */
  runFor(group: Group, from: number, viewer: Filter['viewer']): { chunk: Chunk | null; to: number };
  /** The symbols whose prices are asked for by name. */
  priced(): Set<string>;
}

/** Clients that want the same are served with the same bytes, made once: thousands of them usually want the same. */
export function createGroups(recent: Recent): Groups {
  const groups = new Map<string, Group>();

  /** The run of events from `from` on, made once for all who stand there. */
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
