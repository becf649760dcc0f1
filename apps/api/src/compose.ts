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
  /** Resolves when the caches are warm, or warming has failed. */
  warmed: Promise<unknown>;
  close(): Promise<void>;
}

/** Creates the parts of an api process and connects them. Tests do the same with servers of their own. */
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
    // Deferred until the caller has been told of the end, but done before that caller's next request.
    ended: (record) => void setImmediate(() => void cache.invalidate(tagsOfEnded(record))),
  });
  const gate = createGate({ pool });
  const providers = createProviders(pool, { onRead: producer.knowLanes });
  // The first read makes the lanes known to the producer. If it fails, the next reader of the providers does so.
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

  // Refuse to start on a Redis that may evict jobs. An unreachable Redis doesn't stop the start: accepting needs Postgres only.
  const isThere = await whenReady(redis, REDIS_WITHIN_MS).then(
    () => true,
    () => false,
  );
  if (isThere) await assertRedisPolicy(redis);
  else log.warn('Redis is unavailable: refreshes are accepted, and workers start them when Redis is back');
  readiness.check('postgres', createPostgresCheck(pool));
  readiness.check('redis', async () => void (await redis.ping()));
  readiness.check('schema', createSchemaCheck(pool));
  readiness.check('events', () => {
    const { ok, because } = events.health();
    return ok ? undefined : (because ?? 'not reading');
  });

  const started = events.start().catch((err: unknown) => log.error({ err }, 'the event log could not be read'));
  // Warmed only after the event log is read, so that no change is missed. Nobody waits for it.
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
      // The subscriber has closed `reading`; disconnecting it a second time would leave a timer behind.
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
