import { viewOf } from '@freshet/contracts';
import type { EventType, RefreshRecord } from '@freshet/contracts';
import { jsonbArray } from '../database/binary-array.ts';
import type { Queryable } from '../database/pool.ts';

export interface EventToWrite {
  type: EventType;
  /** The user who gets it. Null: everybody. */
  userId: string | null;
  refreshId?: string | null;
  items: object[];
}

/** Writes events into the transaction that causes them; the relay numbers and publishes them after the commit. */
export async function writeEvents(db: Queryable, events: EventToWrite[]): Promise<void> {
  const written = events.filter((event) => event.items.length > 0);
  if (written.length === 0) return;
  await db.query({
    name: 'write-events',
    text: `insert into events (type, user_id, refresh_id, items, size)
           select * from unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::int[])`,
    values: [
      written.map((event) => event.type),
      written.map((event) => event.userId),
      written.map((event) => event.refreshId ?? null),
      jsonbArray(written.map((event) => JSON.stringify(event.items))),
      written.map((event) => event.items.length),
    ],
  });
}

/** The progress event of each refresh: the same as a poll's answer at this moment. */
export function progressEvents(records: RefreshRecord[]): EventToWrite[] {
  return records.map((record) => {
    const view = viewOf(record);
    return {
      type: 'refresh_progress' as const,
      userId: record.userId,
      refreshId: record.id,
      // Left out, because the list of failures can be long: a client that wants it polls once.
      items: [{ ...('failures' in view ? { ...view, failures: undefined } : view), seq: record.seq }],
    };
  });
}
