import type { Role } from '@freshet/contracts';
import { redisProducer, redisSubscriber, whenReady } from '@freshet/runtime';
import { createOutbox, createPool } from '@freshet/store';
import type { Redis } from 'ioredis';
import {
  type Chunk,
  createPoke,
  createSubscriber,
  type EventSubscriber,
  type Filter,
  type Relay,
  runRelay,
} from './index.ts';
import type { Sink } from './sink.ts';

export const staff: Filter['viewer'] = { userId: 'usr_admin', role: 'admin' as Role };
export const user = (userId: string): Filter['viewer'] => ({ userId, role: 'user' });

/** A client in memory: what it received, in order. `full` makes it one that reads nothing. */
export interface Listener extends Sink {
  numbers: (number | null)[];
  messages: { id: number | null; type: string; data: Record<string, unknown> }[];
  full: boolean;
  gaveUp: string | null;
}

export function listener(): Listener {
  const self: Listener = {
    numbers: [],
    messages: [],
    full: false,
    gaveUp: null,
    deliver(chunk: Chunk) {
      for (const text of chunk.messages()) {
        const message = JSON.parse(text) as Listener['messages'][number];
        self.messages.push(message);
        self.numbers.push(message.id);
      }
    },
    backlog: () => (self.full ? Number.MAX_SAFE_INTEGER : 0),
    giveUp: (because) => {
      self.gaveUp = because;
    },
  };
  return self;
}

/** An event log on a real Postgres and a real Redis, with as many relays and readers as a story needs. */
export async function eventLog(databaseUrl: string, redisUrl: string, prefix: string) {
  const pool = createPool({ url: databaseUrl, max: 6 });
  await pool.query('truncate events');
  const outbox = createOutbox(pool, databaseUrl);
  const redis = redisProducer(redisUrl);
  const subscriber = redisSubscriber(redisUrl);
  await whenReady(redis, 5_000);
  const poke = createPoke(redis, prefix);
  const open: Redis[] = [redis, subscriber];
  const relays: Relay[] = [];
  const readers: EventSubscriber[] = [];

  return {
    pool,
    outbox,
    redis,
    prefix,
    poke,
    /** Commits one row; `items` are payloads. */
    async write(items: object[], options: { type?: string; userId?: string } = {}): Promise<void> {
      await pool.query('insert into events (type, user_id, items, size) values ($1, $2, $3, $4)', [
        options.type ?? 'price_update',
        options.userId ?? null,
        JSON.stringify(items),
        items.length,
      ]);
      poke();
    },
    relay(over: Partial<Parameters<typeof runRelay>[0]> = {}): Relay {
      const relay = runRelay({ outbox, redis, subscriber, prefix, ...over });
      relays.push(relay);
      return relay;
    },
    async reader(over: Partial<Parameters<typeof createSubscriber>[0]> = {}): Promise<EventSubscriber> {
      const connection = redisSubscriber(redisUrl);
      const reader = createSubscriber({ connection, prefix, history: outbox, ...over });
      await reader.start();
      readers.push(reader);
      return reader;
    },
    async end(): Promise<void> {
      await Promise.all(relays.map((relay) => relay.close()));
      await Promise.all(readers.map((reader) => reader.close()));
      for (const client of open) client.disconnect();
      await pool.end();
    },
  };
}
export type EventLog = Awaited<ReturnType<typeof eventLog>>;
