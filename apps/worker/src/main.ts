import { createHints, createPoke } from '@freshet/events';
import { PROVIDERS } from '@freshet/providers';
import { createProducer } from '@freshet/queue';
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
  unlessStopped,
} from '@freshet/runtime';
import { createPool, createPostgresCheck, createSchemaCheck, ensurePartitions } from '@freshet/store';
import { createAskerPort } from './asker.ts';
import { createCalculations } from './calculations/run.ts';
import { createThreads } from './calculations/threads.ts';
import { createClock } from './clock.ts';
import { assertQueues, configuration } from './config.ts';
import { consumeQueues } from './consume.ts';
import { createLanes } from './lanes.ts';
import { watchOffLanes } from './off-lanes.ts';
import { openProviders } from './open-providers.ts';
import { createRecord } from './record.ts';
import { reportStatus } from './report-status.ts';
import { createRing } from './ring.ts';

/** A worker: plans, calls, lands, calculates. Any number of them run, on any machine; which queues each works is configuration. */
await runProcess({ name: 'worker', start });

async function start({ env, log, metrics, readiness, stop, stopping }: ProcessContext): Promise<RunningProcess> {
  const config = readConfig(configuration, env);
  assertQueues(
    config.queues,
    PROVIDERS.map(({ name }) => name),
  );
  const onError = (err: Error) => troubleOf(log).met(err, 'postgres');
  const pool = createPool({ url: config.databaseUrl, max: 20, name: 'freshet-worker', byKey: true, onError });
  const loose = createPool({
    url: config.databaseUrl,
    max: 10,
    name: 'freshet-worker-claims',
    durable: false,
    byKey: true,
    inOrder: true,
    onError,
  });
  const redis = redisProducer(config.redisUrl);
  const subscriber = redisSubscriber(config.redisUrl);
  // All queues of this process listen for cancels on this one connection.
  subscriber.setMaxListeners(64);
  const connection = redisWorker(config.redisUrl);
  readiness.check('postgres', createPostgresCheck(pool));
  readiness.check('redis', async () => void (await redis.ping()));
  readiness.check('schema', createSchemaCheck(pool));
  const waiting = { stop: stopping, log };
  const clock = createClock(loose, log);
  // One after the other, connecting would take a tenth of a start.
  await Promise.all([
    patiently('Redis', () => whenReady(redis, 5_000), waiting).then(() =>
      patiently('Redis', () => assertRedisPolicy(redis), waiting),
    ),
    patiently('Postgres', () => ensurePartitions(pool), waiting),
    patiently('Postgres', () => clock.look(), waiting),
  ]);

  const { now } = clock;
  const providers = openProviders({ env, pool, redis, prefix: config.prefix, log, metrics, now });
  // A restart is taken as the operator's sign that a refused key was mended.
  await patiently('Redis', () => providers.door.forgiveKeys(), waiting);
  const producer = createProducer({ connection: redis, prefix: config.prefix, lanes: providers.names });
  const hints = createHints({ redis, prefix: config.prefix });
  const lanes = createLanes(providers);
  const threads = createThreads(config.threads);
  const world = {
    record: createRecord(pool, loose),
    lanes,
    ring: createRing({ producer, hints, poke: createPoke(redis, config.prefix), log }),
    asker: createAskerPort(providers.door, pool),
    calculations: createCalculations({ pool, arithmetic: threads, now }),
    now,
    pause: (forMs: number) => new Promise<void>((resolve) => setTimeout(resolve, forMs)),
    log,
  };
  const onDeaf = (because: string) => stop(because, RESTART_EXIT_CODE);
  const reporting = reportStatus(providers.watch, loose, log);
  const consumers = consumeQueues({ world, lanes, providers, pool, config, connection, subscriber, onDeaf, log });
  const emptying = watchOffLanes(providers.off, { world, pool, log });
  // A consumer waits for a Redis that is lost here for ever. Whoever stops the process doesn't, and others may have taken jobs already.
  await unlessStopped(Promise.all([reporting.begun, ...consumers.map((consumer) => consumer.ready())]), stopping);

  return {
    async drain(withinMs) {
      reporting.stop();
      emptying.stop();
      clock.stop();
      await Promise.all(consumers.map((consumer) => consumer.close(withinMs)));
      await threads.close();
      await producer.close();
      hints.close();
      providers.door.close();
      for (const client of [redis, subscriber, connection]) client.disconnect();
      await Promise.all([pool.end(), loose.end()]);
    },
  };
}
