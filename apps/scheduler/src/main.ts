import { DEFAULT_SCHEDULES } from '@freshet/calendar';
import { createHints, createPoke, runRelay, streamedSymbols } from '@freshet/events';
import { consume, createProducer, createSchedulers, done } from '@freshet/queue';
import { timetable } from '@freshet/refresh';
import {
  assertRedisPolicy,
  patiently,
  whenReady,
  type ProcessContext,
  readConfig,
  redisProducer,
  redisSubscriber,
  redisWorker,
  RESTART_EXIT_CODE,
  runProcess,
  type RunningProcess,
  troubleOf,
} from '@freshet/runtime';
import {
  createOutbox,
  createPool,
  createPostgresCheck,
  createSchemaCheck,
  databaseNow,
  deepClean,
  ensurePartitions,
  ensureSchedules,
} from '@freshet/store';
import { lookForAlerts } from './alerts.ts';
import { configuration } from './config.ts';
import { countEvents } from './count-events.ts';
import { every } from './every.ts';
import { keepRinging } from './keep-ringing.ts';
import { measure } from './measure.ts';
import { retain } from './retain.ts';
import { sweep, sweepDue } from './sweeper.ts';
import { answerRing, fireDue } from './ticks.ts';

/** Keeps the bounds for a worker's death (15 s) and a wiped Redis (30 s). */
const SWEEP_MS = 5_000;
/** Deadlines are given in seconds, so they are checked every second. */
const DUE_MS = 1_000;
const ALERTS_MS = 10_000;

/** The scheduler: fires due ticks, repeats lost rings, relays events, raises alerts. Any number may run; each tick fires once. */
await runProcess({ name: 'scheduler', start });

async function start({ env, log, metrics, readiness, stop, stopping }: ProcessContext): Promise<RunningProcess> {
  const config = readConfig(configuration, env);
  const trouble = troubleOf(log);
  const pool = createPool({
    url: config.databaseUrl,
    max: 6,
    name: 'freshet-scheduler',
    onError: (err) => trouble.met(err, 'postgres'),
  });
  const redis = redisProducer(config.redisUrl);
  const subscriber = redisSubscriber(config.redisUrl);
  // Every queue of this process listens for cancels on the one connection.
  subscriber.setMaxListeners(64);
  const connection = redisWorker(config.redisUrl);
  readiness.check('postgres', createPostgresCheck(pool));
  readiness.check('redis', async () => void (await redis.ping()));
  readiness.check('schema', createSchemaCheck(pool));
  const waiting = { stop: stopping, log };
  await patiently('Redis', () => whenReady(redis, 5_000), waiting);
  await patiently('Redis', () => assertRedisPolicy(redis), waiting);
  const producer = createProducer({ connection: redis, prefix: config.prefix });
  const hints = createHints({ redis, prefix: config.prefix });
  const poke = createPoke(redis, config.prefix);
  const relay = runRelay({
    outbox: createOutbox(pool, config.databaseUrl),
    redis,
    subscriber,
    prefix: config.prefix,
    log,
    onPublished: countEvents(metrics),
  });
  measure(metrics, pool, relay);
  const streamed = () => streamedSymbols(redis, config.prefix);
  const tickContext = { pool, producer, log, streamed, now: () => databaseNow(pool) };

  const defaults = Object.keys(timetable).map((name) => ({
    name,
    ...DEFAULT_SCHEDULES[name as keyof typeof timetable],
  }));
  await patiently('Postgres', () => ensureSchedules(pool, defaults), waiting);
  const onDeaf = (because: string) => stop(because, RESTART_EXIT_CODE);
  const shared = { connection, prefix: config.prefix, onDeaf, log };
  const rings = consume('ticks', ({ data }) => answerRing(tickContext, data.schedule), shared);
  const maintenance = consume(
    'maintenance',
    async ({ data }) => {
      if (data.task === 'cleanup') await retain(pool, config, log);
      if (data.task === 'deep-clean') log.info({ removed: await deepClean(pool) }, 'cleaned deeply');
      return done;
    },
    shared,
  );

  const schedulers = createSchedulers(producer);
  const sweepContext = { pool, producer, hints, poke, log, stopping };
  const timing = every(DUE_MS, () => sweepDue(sweepContext));
  const sweeping = every(SWEEP_MS, async () => {
    await sweep(sweepContext);
    // Rings may be lost with Redis, so due ticks are fired here too.
    await fireDue(tickContext).catch((err) => trouble.met(err, 'due ticks could not be looked up; tried again in 5 s'));
  });
  const alerting = every(ALERTS_MS, () =>
    lookForAlerts({ pool, producer, poke, log }).catch((err) =>
      trouble.met(err, 'alerts could not be judged; tried again in 10 s'),
    ),
  );
  const upkeep = every(60_000, async () => {
    try {
      await ensurePartitions(pool);
      await keepRinging({ pool, schedulers, log });
    } catch (err) {
      log.warn({ err }, 'partitions and repeating rings could not be renewed; tried again in a minute');
    }
  });

  return {
    async drain(withinMs) {
      await Promise.all([
        timing.stop(),
        sweeping.stop(),
        alerting.stop(),
        upkeep.stop(),
        rings.close(withinMs),
        maintenance.close(withinMs),
        relay.close(),
      ]);
      await producer.close();
      hints.close();
      for (const client of [redis, subscriber, connection]) client.disconnect();
      await pool.end();
    },
  };
}
