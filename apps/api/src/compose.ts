import { cacheMetrics, createCache } from '@freshet/cache';
import { createHints, createSubscriber, streamedSymbols, tellStreamed } from '@freshet/events';
import { createProducer, measureQueues } from '@freshet/queue';
import {
  assertRedisPolicy,
  type Logger,
  type Metrics,
  type Readiness,
  redisProducer,
  redisSubscriber,
  redisWorker,
  whenReady,
  troubleOf,
} from '@freshet/runtime';
import {
  callersOf,
  createOutbox,
  createPool,
  createPostgresCheck,
  createSchemaCheck,
  loadRefresh,
} from '@freshet/store';
import { createGate } from './access/authenticate.ts';
import type { Api } from './api.ts';
import type { ApiConfig } from './api-config.ts';
import { Problem } from './http/problem.ts';
import { forgetByEvents, tagsOfEnded } from './memory/forget.ts';
import { createQuotes } from './memory/quotes.ts';
import { createWarmth } from './memory/warm.ts';
import { createDoor } from './refreshes/door.ts';
import { createProviders } from './refreshes/providers.ts';
import { createRinger } from './refreshes/ringer.ts';
import { createScopes } from './refreshes/scopes.ts';
import { createViews } from './refreshes/views.ts';
import { createStreams } from './streams.ts';

const REDIS_WITHIN_MS = 2_000;
const EVENTS_WITHIN_MS = 5_000;

export interface Composed {
  api: Api;
  /** What is usually asked for is in the caches, as far as it could be. */
  warmed: Promise<unknown>;
  close(): Promise<void>;
}

/** Plugs the api together: connections, memories, the door. Tests do the same with servers of their own. */
export async function compose(options: {
  databaseUrl: string;
  redisUrl: string;
  prefix: string;
  config: ApiConfig;
  log: Logger;
  metrics: Metrics;
  readiness: Readiness;
}): Promise<Composed> {
  const { databaseUrl, redisUrl, prefix, config, log, metrics, readiness } = options;
  const onError = (err: Error) => troubleOf(log).met(err, 'postgres');
  const pool = createPool({ url: databaseUrl, max: 16, name: 'freshet-api', byKey: true, answersSoon: true, onError });
  const redis = redisProducer(redisUrl);
  const listening = redisSubscriber(redisUrl);
  const reading = redisWorker(redisUrl);
  const producer = createProducer({ connection: redis, prefix });
  measureQueues(metrics, producer);
  const hints = createHints({ redis, subscriber: listening, prefix });
  const events = createSubscriber({ connection: reading, prefix, history: createOutbox(pool, databaseUrl), log });
  const cache = createCache({ redis, subscriber: listening, prefix, metrics: cacheMetrics(metrics) });
  const warmth = createWarmth({ pool, quotes: () => quotes, log });
  const quotes = createQuotes(pool, cache, warmth.asked);
  const unlisten = forgetByEvents(events, cache);
  const views = createViews({
    load: (id) => loadRefresh(pool, id),
    callers: (id) => callersOf(pool, id),
    hints,
    // Before whatever is asked for next by who was told of the end, and not before that one is told.
    ended: (record) => void setImmediate(() => void cache.invalidate(tagsOfEnded(record))),
  });
  const gate = createGate({ pool });
  const providers = createProviders(pool, { onRead: producer.knowLanes });
  // The first look tells which lanes there are; without it, it is told by whoever asks for the providers.
  providers.all().catch(() => {});
  const scopes = createScopes(pool);
  const ringer = createRinger({ producer, pool, log });
  const door = createDoor({ pool, ringer, providers, scopeOf: scopes, config, log });
  const streams = createStreams({ gate, log, metrics });
  const telling = tellStreamed({ subscriber: events, redis, prefix });
  metrics.gauge({
    name: 'freshet_events_read',
    help: 'Number of the newest event that this process has read; behind the others when its streams stand still.',
    collect: (gauge) => gauge.set(events.head),
  });

  // A Redis that may throw jobs away is refused. One that is away isn't waited for: accepting takes Postgres alone.
  const isThere = await whenReady(redis, REDIS_WITHIN_MS).then(
    () => true,
    () => false,
  );
  if (isThere) await assertRedisPolicy(redis);
  else log.warn('Redis is away: what is accepted is rung when it is back');
  readiness.check('postgres', createPostgresCheck(pool));
  readiness.check('redis', async () => void (await redis.ping()));
  readiness.check('schema', createSchemaCheck(pool));
  readiness.check('events', () => {
    const { ok, because } = events.health();
    return ok ? undefined : (because ?? 'not reading');
  });

  const started = events.start().catch((err: unknown) => log.error({ err }, 'the event log could not be read'));
  // From then on what changes is heard of. Nobody waits for it.
  const warmed = started.then(warmth.warm);

  return {
    api: {
      config,
      pool,
      log,
      metrics,
      readiness,
      producer,
      cache,
      quotes,
      events,
      hints,
      gate,
      views,
      door,
      providers,
      scopes,
      streams,
      streamed: () => streamedSymbols(redis, prefix),
      eventsStarted: () => withinMs(started, EVENTS_WITHIN_MS),
      now: () => new Date(),
    },
    warmed,
    async close() {
      telling.stop();
      await streams.close();
      await door.close();
      await ringer.settled();
      warmth.close();
      unlisten();
      cache.close();
      views.close();
      hints.close();
      await gate.close();
      await events.close();
      await warmed;
      await producer.close();
      // `reading` was let go by the subscriber; a second time would leave a timer behind.
      for (const client of [redis, listening]) client.disconnect();
      await pool.end();
    },
  };
}

/** @throws Problem unavailable when it takes longer */
async function withinMs(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Problem('unavailable')), ms);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
