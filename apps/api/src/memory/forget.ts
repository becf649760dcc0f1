import { type Cache, type Invalidation, tagsOf } from '@freshet/cache';
import { FINAL_STATUSES, type RefreshRecord } from '@freshet/contracts';
import type { EventSubscriber, LogEvent } from '@freshet/events';
import { COMMON_METRICS } from './metrics.ts';
import { ALL_QUOTES, symbolTag } from './quotes.ts';

/** Every cached history carries it: a full refresh may have filled any of them. */
export const ALL_HISTORY = 'history';
/** A refresh of more symbols than this ends all quotes at once. */
const MANY = 500;

/** What a change that the log tells of ends in the caches. */
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

/** Ends cached answers as the log tells of changes; all of one turn of the event loop at once. Answers how to stop. */
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
 * What a refresh that has ended may have changed. It is forgotten before anybody here is told of the end, so that who polls
 * until it has ended reads what it brought, and not what an event a moment later would have ended.
 */
export function tagsOfEnded(record: RefreshRecord): string[] {
  const tags = [...(record.mode === 'full' ? [ALL_HISTORY] : []), ...(record.metrics > 0 ? [COMMON_METRICS] : [])];
  // Of one that could not be refreshed it is told why.
  const { prices, failed, skipped } = record;
  if (prices === 0 && failed === 0 && !skipped.quota) return tags;
  const named = record.symbols !== null && record.symbols.length <= MANY;
  return [...tags, ...(named ? (record.symbols ?? []).map(symbolTag) : [ALL_QUOTES])];
}
