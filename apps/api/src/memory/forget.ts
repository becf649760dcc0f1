import { type Cache, type Invalidation, tagsOf } from '@freshet/cache';
import { FINAL_STATUSES, type RefreshRecord } from '@freshet/contracts';
import type { EventSubscriber, LogEvent } from '@freshet/events';
import { COMMON_METRICS } from './metrics.ts';
import { ALL_QUOTES, symbolTag } from './quotes.ts';

/** Tag of every cached history: a full refresh may have filled gaps in any of them. */
export const ALL_HISTORY = 'history';
/** A refresh of more symbols than this invalidates all quotes. */
const MANY = 500;

/** The cache tags that an event of the log invalidates. */
export function tagsOfEvent({ type, payload }: LogEvent): string[] {
  if (type === 'price_update') return typeof payload.symbol === 'string' ? [symbolTag(payload.symbol)] : [];
  if (type === 'cache_invalidation') {
    const named = payload as unknown as Invalidation & { symbols?: string[] | null };
    if (named.type === 'quotes') return named.symbols?.map(symbolTag) ?? [ALL_QUOTES];
    return named.type === 'all' ? [ALL_QUOTES, ALL_HISTORY, COMMON_METRICS] : tagsOf(named);
  }
  const ended = type === 'refresh_progress' && (FINAL_STATUSES as readonly unknown[]).includes(payload.status);
  return ended && payload.mode === 'full' ? [ALL_HISTORY] : [];
}

/** Invalidates cached answers by the events of the log, in one batch per turn of the event loop. Returns a function that stops it. */
export function forgetByEvents(events: Pick<EventSubscriber, 'on'>, cache: Cache): () => void {
  let tags = new Set<string>();
  let last = { number: 0, epoch: 0 };
  const forget = (event: LogEvent) => {
    for (const tag of tagsOfEvent(event)) {
      if (tags.size === 0) {
        setImmediate(() => {
          const ended = [...tags];
          tags = new Set();
          cache.invalidated(ended, last);
        });
      }
      tags.add(tag);
    }
    last = { number: event.number, epoch: event.epoch };
  };
  return events.on(forget, cache.entered);
}

/**
 * The cache tags that an ended refresh may have changed. They are invalidated before any caller of this process is told of the end, so that a
 * caller that polled to the end reads the new data, even if the event arrives later.
 */
export function tagsOfEnded(record: RefreshRecord): string[] {
  const tags = [...(record.mode === 'full' ? [ALL_HISTORY] : []), ...(record.metrics > 0 ? [COMMON_METRICS] : [])];
  // A failed or postponed symbol has a new stale_reason, so its quote is invalidated as well.
  const { prices, failed, skipped } = record;
  if (prices === 0 && failed === 0 && !skipped.quota) return tags;
  const named = record.symbols !== null && record.symbols.length <= MANY;
  return [...tags, ...(named ? (record.symbols ?? []).map(symbolTag) : [ALL_QUOTES])];
}
