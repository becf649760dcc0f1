import { setTimeout as sleep } from 'node:timers/promises';
import { createMetrics, redisProducer, redisSubscriber, redisWorker } from '@freshet/runtime';
import { PRIORITIES } from '@freshet/contracts';
import type { Redis } from 'ioredis';
import { eventually, testRedis } from '@freshet/testing';
import {
  type ConsumeOptions,
  type Consumer,
  consume,
  createProducer,
  createSchedulers,
  discarded,
  done,
  type FailedJob,
  failed,
  type GaveUp,
  type Handler,
  LANE_CAP,
  laneQueue,
  measureQueues,
  type Outcome,
  parked,
  type Producer,
  type QueueName,
  snoozed,
} from './index.ts';
import { queuesOf } from './producer.ts';

const server = testRedis();
let client: Redis;
let subscriber: Redis;
let waiting: Redis;
let prefix: string;
let producer: Producer;
let consumers: Consumer[];
let run = 0;

beforeAll(() => {
  client = redisProducer(server.url);
  waiting = redisWorker(server.url);
  subscriber = redisSubscriber(server.url);
});
afterAll(async () => {
  for (const each of [client, waiting, subscriber]) each.disconnect();
  await server.cleanup();
});
beforeEach(() => {
  run += 1;
  prefix = `{${server.prefix}-${run}}`;
  producer = createProducer({ connection: client, prefix, lanes: ['yahoo'] });
  consumers = [];
});
afterEach(async () => {
  await Promise.all(consumers.map((consumer) => consumer.close(500)));
  await producer.close();
});

async function work<Q extends QueueName>(queue: Q, handler: Handler<Q>, more: Partial<ConsumeOptions> = {}) {
  const consumer = consume(queue, handler, { connection: waiting, subscriber, prefix, ...more });
  consumers.push(consumer);
  await consumer.ready();
  return consumer;
}

describe('ringing', () => {
  test('the most urgent refresh is planned first, and those of one rank in the order in which they came', async () => {
    await producer.ringRefreshes([
      { id: 'ref_low', rank: PRIORITIES.low },
      { id: 'ref_medium1', rank: PRIORITIES.medium },
      { id: 'ref_medium2', rank: PRIORITIES.medium },
      { id: 'ref_high', rank: PRIORITIES.high },
    ]);
    await producer.ringRefreshes([{ id: 'ref_now', rank: PRIORITIES.emergency }]);
    const order: string[] = [];
    await work('refresh', async ({ data }) => {
      order.push(data.refreshId);
      return done;
    });
    await eventually(() => expect(order.length).toBe(5));
    expect(order).toEqual(['ref_now', 'ref_high', 'ref_medium1', 'ref_medium2', 'ref_low']);
  });

  test('whatever is found is begun before more is looked for', async () => {
    await producer.ringRefreshes(Array.from({ length: 8 }, (_, i) => ({ id: `ref_${i}`, rank: PRIORITIES.medium })));
    const taken: number[] = [];
    const handler: Handler<'refresh'> = async () => {
      // Over the connection of those who take jobs, so that it is answered in turn with them.
      taken.push(await waiting.llen(`${prefix}:refresh:active`));
      return done;
    };
    await work('refresh', handler, { concurrency: 8 });
    await eventually(() => expect(taken.length).toBe(8));
    expect(taken[0]).toBeLessThan(4);
  });

  test('a refresh that somebody more urgent joined moves forward, and never back', async () => {
    await producer.ringRefreshes([
      { id: 'ref_a', rank: PRIORITIES.medium },
      { id: 'ref_b', rank: PRIORITIES.low },
    ]);
    await producer.raisePriority('ref_b', PRIORITIES.high);
    await producer.raisePriority('ref_b', PRIORITIES.low);
    await producer.raisePriority('ref_unknown', PRIORITIES.high);
    const order: string[] = [];
    await work('refresh', async ({ data }) => {
      order.push(data.refreshId);
      return done;
    });
    await eventually(() => expect(order.length).toBe(2));
    expect(order).toEqual(['ref_b', 'ref_a']);
  });

  test('rings for one refresh make one job; after it has finished, a ring makes another', async () => {
    const ring = () => producer.ringRefreshes([{ id: 'ref_1', rank: 10 }]);
    await Promise.all([ring(), ring(), ring()]);
    let ran = 0;
    await work('refresh', async () => {
      ran += 1;
      return done;
    });
    await eventually(async () => expect((await producer.missingRefreshes(['ref_1'])).length).toBe(1));
    expect(ran).toBe(1);
    await ring();
    await eventually(() => expect(ran).toBe(2));
  });

  test('a ring of the one whose turn it is gets heard though a job of its own runs, and is no ring of others', async () => {
    const ends: (() => void)[] = [];
    await work('refresh', () => new Promise((resolve) => ends.push(() => resolve(done))), { concurrency: 2 });
    const rings = ['ref_next', 'ref_other'].map((id) => ({ id, rank: 10 }));
    await producer.ringRefreshes(rings);
    await eventually(() => expect(ends.length).toBe(2));
    await producer.ringNext(rings.slice(0, 1));
    await producer.ringRefreshes(rings.slice(1));
    for (const end of ends.splice(0)) end();
    await eventually(() => expect(ends.length).toBe(1));
    expect(await producer.missingRefreshes(['ref_next', 'ref_other'])).toEqual(['ref_other']);
    for (const end of ends) end();
  });

  test('the sweeper learns which ids have no job that waits or runs', async () => {
    await producer.ringRefreshes([{ id: 'ref_waits', rank: 10 }]);
    await producer.ringFollow('ref_f', 10);
    await producer.ringDeliveries(['dlv_later'], 60_000);
    expect(await producer.missingRefreshes(['ref_waits', 'ref_gone'])).toEqual(['ref_gone']);
    expect(await producer.missingFollows(['ref_f', 'ref_waits'])).toEqual(['ref_waits']);
    // One that is due has no job that works it in time.
    await producer.ringDeliveries(['dlv_now']);
    expect(await producer.missingDeliveries(['dlv_now', 'dlv_later', 'dlv_gone'])).toEqual(['dlv_later', 'dlv_gone']);
    let running = '';
    let end: (outcome: Outcome) => void = () => {};
    await work('fetch-yahoo', ({ id }) => {
      running = id;
      return new Promise((resolve) => {
        end = resolve;
      });
    });
    await producer.ringLane('yahoo', 1);
    await eventually(() => expect(running).not.toBe(''));
    expect(await producer.missingCalls('yahoo', [running, 'c0'])).toEqual(['c0']);
    end(done);
    await eventually(async () => expect((await producer.missingCalls('yahoo', [running])).length).toBe(1));
  });

  test('however often a lane is rung, its waiting list stays below its cap', async () => {
    const added = await Promise.all(Array.from({ length: 60 }, () => producer.ringLane('yahoo', 20)));
    await producer.ringLane('yahoo', 10);
    const { yahoo } = await producer.laneCounts();
    expect(yahoo?.waiting).toBe(LANE_CAP);
    expect(Math.max(...added)).toBeLessThanOrEqual(LANE_CAP);
  });

  test('rung one after the other it stays below its cap too, and below a narrower one', async () => {
    for (let n = 0; n < 20; n++) await producer.ringLane('yahoo', 50);
    expect((await producer.laneCounts()).yahoo?.waiting).toBeLessThanOrEqual(LANE_CAP);
    await producer.ringLane('finnhub', 1);
    for (let n = 0; n < 3; n++) await producer.ringLane('finnhub', 2, PRIORITIES.medium, 2);
    expect((await producer.laneCounts()).finnhub?.waiting).toBe(2);
  });

  test('rings of a lane that come in one moment are joined, at the most urgent rank and up to the widest cap', async () => {
    const { low, emergency } = PRIORITIES;
    const ring = producer.ringLane;
    await Promise.all([ring('yahoo', 1, low), ring('yahoo', 1, low, 2), ring('yahoo', 8, emergency)]);
    const jobs = await queuesOf(producer).with(laneQueue('yahoo'), (queue) => queue.getJobs());
    const ranks = jobs.map(({ opts }) => opts.priority ?? 0).sort((one, other) => one - other);
    expect(ranks).toEqual([...Array.from({ length: 9 }, () => emergency), low]);
  });

  test('a cancelled refresh loses its waiting job, and its running one is told', async () => {
    await producer.ringRefreshes([{ id: 'ref_runs', rank: 10 }]);
    let told = false;
    let runs = false;
    await work('refresh', ({ signal }) => {
      runs = true;
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          told = true;
          resolve(done);
        });
      });
    });
    await eventually(() => expect(runs).toBe(true));
    await producer.ringRefreshes([{ id: 'ref_waits', rank: 10 }]);
    await producer.cancelRefresh('ref_waits');
    expect(await producer.missingRefreshes(['ref_waits'])).toEqual(['ref_waits']);
    await producer.cancelRefresh('ref_runs');
    await eventually(() => expect(told).toBe(true));
  });

  test('a cancelled refresh that is being calculated is told as well, and its worker is free again', async () => {
    await producer.ringFollow('ref_1', 10);
    const consumer = await work(
      'follow',
      ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(done))),
    );
    await eventually(() => expect(consumer.running).toBe(1));
    await producer.cancelRefresh('ref_1');
    await eventually(() => expect(consumer.running).toBe(0));
  });
});

describe('outcomes', () => {
  test('a parked lane waits as a whole, on every worker, and the job has spent no attempt when it goes on', async () => {
    const seen: { at: number; attempt: number }[] = [];
    let refuse = 1;
    const handler: Handler<'fetch-yahoo'> = async ({ attempt }) => {
      seen.push({ at: Date.now(), attempt });
      return refuse-- > 0 ? parked(3_000) : done;
    };
    await work('fetch-yahoo', handler);
    await work('fetch-yahoo', handler);
    await producer.ringLane('yahoo', 1);
    await eventually(() => expect(seen.length).toBe(1));
    await eventually(async () => expect((await producer.laneCounts()).yahoo?.parkedMs ?? 0).toBeGreaterThan(0));
    await producer.ringLane('yahoo', 5);
    await eventually(() => expect(seen.length).toBe(7), { withinMs: 20_000 });
    expect(seen.every(({ attempt }) => attempt === 1)).toBe(true);
    expect((seen[1]?.at ?? 0) - (seen[0]?.at ?? 0)).toBeGreaterThanOrEqual(2_990);
  });

  test('an unparked lane goes on long before its time', async () => {
    let taken = 0;
    await work('fetch-yahoo', async () => {
      taken += 1;
      return taken === 1 ? parked(60_000) : done;
    });
    await producer.ringLane('yahoo', 1);
    await eventually(async () => expect((await producer.laneCounts()).yahoo?.parkedMs ?? 0).toBeGreaterThan(0));
    await producer.unparkLane('yahoo');
    await eventually(() => expect(taken).toBe(2));
  });

  test.each([
    ['when the time is over', 200, false],
    ['when it is unparked', 60_000, true],
  ])('the only job of a parked lane goes on %s, though all who could take it sleep', async (_, forMs, isUnparked) => {
    const taken: number[] = [];
    let mayGoOn = 0;
    const handler: Handler<'fetch-yahoo'> = async () => {
      taken.push(Date.now());
      if (taken.length > 1) return done;
      // Meanwhile there is nothing to take, and the workers go to sleep for 5 s.
      await sleep(150);
      mayGoOn = Date.now() + forMs;
      return parked(forMs);
    };
    await work('fetch-yahoo', handler, { concurrency: 4 });
    await work('fetch-yahoo', handler, { concurrency: 4 });
    await producer.ringLane('yahoo', 1);
    if (isUnparked) {
      await eventually(async () => expect((await producer.laneCounts()).yahoo?.parkedMs ?? 0).toBeGreaterThan(0));
      mayGoOn = Date.now();
      await producer.unparkLane('yahoo');
    }
    await eventually(() => expect(taken).toHaveLength(2));
    const late = (taken[1] ?? 0) - mayGoOn;
    expect(late).toBeGreaterThanOrEqual(-10);
    expect(late).toBeLessThan(3_000);
  });

  test('a snoozed job comes again by itself, its attempts unspent', async () => {
    const attempts: number[] = [];
    await work('deliver', async ({ attempt }) => {
      attempts.push(attempt);
      return attempts.length < 4 ? snoozed(20) : done;
    });
    await producer.ringDeliveries(['dlv_1']);
    await eventually(() => expect(attempts.length).toBe(4));
    expect(attempts).toEqual([1, 1, 1, 1]);
  });

  test('a wait of less than a millisecond is one all the same, and spends no attempt', async () => {
    const attempts: number[] = [];
    const waits = [snoozed(0), snoozed(0.4), parked(0), parked(0.4)];
    await work('deliver', async ({ attempt }) => {
      attempts.push(attempt);
      return waits.shift() ?? done;
    });
    await producer.ringDeliveries(['dlv_1']);
    await eventually(() => expect(attempts).toEqual([1, 1, 1, 1, 1]));
  });

  test('what fails is tried three times, rests in the failed set with its log, and a retry starts afresh', async () => {
    const attempts: string[] = [];
    const beganMs: number[] = [];
    const gaveUp: GaveUp[] = [];
    let heals = false;
    await work(
      'maintenance',
      async ({ attempt, lastAttempt, triedByHand, log }) => {
        beganMs.push(performance.now());
        attempts.push(`${attempt}${lastAttempt ? ' last' : ''}${triedByHand ? ' again' : ''}`);
        await log('AAPL, MSFT');
        return heals ? done : failed(new Error('provider is down'));
      },
      { onGaveUp: (job) => gaveUp.push(job) },
    );
    await producer.ringMaintenance('statistics');
    await eventually(() => expect(gaveUp.length).toBe(1));
    expect(attempts).toEqual(['1', '2', '3 last']);
    // A second, then two; up to half of each is left to chance.
    const [first = 0, second = 0, third = 0] = beganMs;
    expect(second - first).toBeGreaterThanOrEqual(490);
    expect(third - second).toBeGreaterThanOrEqual(990);
    expect(gaveUp[0]).toMatchObject({ queue: 'maintenance', id: 'task-statistics', poison: false });

    const data = await producer.failedJobs({ limit: 10 });
    expect(data).toMatchObject([
      { id: 'maintenance~task-statistics', error: 'provider is down', attempts: 3, data: { task: 'statistics' } },
    ]);
    expect(data[0]?.logs).toContain('AAPL, MSFT');

    expect(await producer.retryFailed('maintenance~task-statistics')).toEqual({ refreshId: null, deliveryId: null });
    await eventually(() => expect(gaveUp.length).toBe(2));
    expect(attempts.splice(3)).toEqual(['1 again', '2 again', '3 last again']);
    heals = true;
    expect(await producer.retryFailed('maintenance~task-statistics')).toEqual({ refreshId: null, deliveryId: null });
    expect(await producer.retryFailed('maintenance~task-unknown')).toBeNull();
    expect(await producer.retryFailed('no-such-queue~x')).toBeNull();
    await eventually(() => expect(attempts.length).toBe(4));
    expect(attempts[3]).toBe('1 again');
    await eventually(async () => expect(await producer.failedJobs({ limit: 10 })).toEqual([]));
  });

  test('a handler that throws has failed, and a discarded job is not tried again', async () => {
    let ran = 0;
    const gaveUp: GaveUp[] = [];
    await work(
      'maintenance',
      async () => {
        ran += 1;
        return discarded(new Error('the endpoint is gone'));
      },
      { onGaveUp: (job) => gaveUp.push(job) },
    );
    await producer.ringMaintenance('one');
    await eventually(() => expect(gaveUp.length).toBe(1));
    expect(ran).toBe(1);
  });

  test('a job that carries anything else is refused, unseen by the handler, and its content is repeated nowhere', async () => {
    const gaveUp: GaveUp[] = [];
    let handled = 0;
    await work(
      'refresh',
      async () => {
        handled += 1;
        return done;
      },
      { onGaveUp: (job) => gaveUp.push(job) },
    );
    for (const [index, data] of [{ refreshId: 7 }, { refreshId: 'ref_1', role: 'admin' }, {}, 'secret'].entries()) {
      await queuesOf(producer).with('refresh', (queue) =>
        queue.add('refresh', data, { jobId: `bad-${index}`, priority: 1 }),
      );
    }
    await eventually(() => expect(gaveUp.length).toBe(4));
    expect(handled).toBe(0);
    const data = await producer.failedJobs({ limit: 10 });
    expect(data.map(({ error }) => error)).toEqual(Array(4).fill('refused: not what a job of refresh carries'));
  });
});

describe('the failed list', () => {
  async function failMany(count: number) {
    const gaveUp: GaveUp[] = [];
    await work('deliver', async () => discarded(new Error('no')), { concurrency: 20, onGaveUp: (j) => gaveUp.push(j) });
    await producer.ringDeliveries(Array.from({ length: count }, (_, index) => `dlv_${index}`));
    await eventually(() => expect(gaveUp.length).toBe(count));
  }

  test('is read page by page, newest first, each job once, even when many failed in one millisecond', async () => {
    await failMany(45);
    const seen: string[] = [];
    for (let after: FailedJob | undefined, left = true; left; ) {
      const page = await producer.failedJobs({ limit: 10, after });
      seen.push(...page.map(({ id }) => id));
      after = page.at(-1);
      left = page.length === 10;
    }
    expect(seen.length).toBe(45);
    expect(new Set(seen).size).toBe(45);
  });

  test('finished jobs are kept for people to look at, but no more than a thousand', async () => {
    let ran = 0;
    await work(
      'maintenance',
      async () => {
        ran += 1;
        return done;
      },
      { concurrency: 50 },
    );
    await producer.ringMaintenance('statistics');
    await queuesOf(producer).with('maintenance', (queue) =>
      queue.addBulk(Array.from({ length: 1_500 }, () => ({ name: 'm', data: { task: 'x' }, opts: { priority: 1 } }))),
    );
    await eventually(() => expect(ran).toBe(1_501), { withinMs: 60_000 });
    await eventually(async () =>
      expect(await queuesOf(producer).with('maintenance', (queue) => queue.getCompletedCount())).toBe(1_000),
    );
  }, 90_000);

  test('rest as long as what has to be done before a retry is not done', async () => {
    await failMany(1);
    const [job] = await producer.failedJobs({ limit: 50 });
    const before = (): Promise<void> => Promise.reject(new Error('no room'));
    await expect(producer.retryFailed(job?.id ?? '', before)).rejects.toThrow('no room');
    await expect(producer.retryAllFailed({ before })).rejects.toThrow('no room');
    expect(await producer.failedJobs({ limit: 50 })).toMatchObject([{ id: job?.id, attempts: job?.attempts }]);
    await producer.drainFailed();
  });

  test('are retried once when several try', async () => {
    await failMany(1);
    // Nobody works it from now on: it would have failed again by the time that the second one comes.
    await Promise.all(consumers.map((consumer) => consumer.close()));
    const [job] = await producer.failedJobs({ limit: 50 });
    const id = job?.id ?? '';
    let free = () => {};
    const held = new Promise<void>((resolve) => (free = resolve));
    const late = producer.retryFailed(id, () => held);
    expect(await producer.retryFailed(id)).toEqual({ refreshId: null, deliveryId: 'dlv_0' });
    free();
    expect(await late).toBeNull();
    await producer.drainFailed();
  });

  test('can be retried or drained as a whole', async () => {
    await failMany(30);
    expect(await producer.retryAllFailed()).toHaveLength(30);
    await eventually(async () => expect((await producer.failedJobs({ limit: 50 })).length).toBe(30));
    expect(await producer.drainFailed()).toBe(30);
    expect(await producer.failedJobs({ limit: 50 })).toEqual([]);
  });
});

describe('what is seen from outside', () => {
  test('the statistics count what waits, runs, is delayed and has failed, and how old the oldest is', async () => {
    await producer.ringDeliveries(['dlv_1'], 60_000);
    await producer.ringRefreshes([{ id: 'ref_old', rank: PRIORITIES.low }]);
    await new Promise((resolve) => setTimeout(resolve, 30));
    await producer.ringRefreshes([{ id: 'ref_new', rank: PRIORITIES.high }]);
    const stats = await producer.queueStats();
    const of = (queue: QueueName) => stats.find((each) => each.queue === queue);
    expect(of('refresh')).toMatchObject({ waiting: 2, pending: 2, active: 0, failed: 0 });
    expect(of('refresh')?.oldestWaitMs).toBeGreaterThanOrEqual(30);
    expect(of('deliver')).toMatchObject({ waiting: 0, delayed: 1, pending: 1, oldestWaitMs: null });
    expect(of(laneQueue('yahoo'))).toMatchObject({ waiting: 0, parkedMs: 0 });

    let ran = 0;
    await work('refresh', async () => {
      ran += 1;
      return done;
    });
    await eventually(() => expect(ran).toBe(2));
    await eventually(async () => expect((await producer.queueStats())[0]?.completed).toBe(2));
  });

  test('the same is measured for Prometheus, and absent rather than wrong while Redis is away', async () => {
    const metrics = createMetrics('test', { own: false });
    measureQueues(metrics, producer);
    await producer.ringRefreshes([{ id: 'ref_1', rank: 10 }]);
    expect(await metrics.text()).toMatch(/freshet_queue_jobs\{queue="refresh",state="waiting",process="test"\} 1/);
    expect(await metrics.text()).toMatch(/freshet_queue_oldest_wait_seconds\{queue="refresh",process="test"\} 0\.\d+/);
    expect(await metrics.text()).not.toContain('fetch-finnhub');
    producer.knowLanes(['finnhub']);
    expect(await metrics.text()).toContain('freshet_queue_jobs{queue="fetch-finnhub",state="failed",process="test"} 0');
    const away = createMetrics('test', { own: false });
    measureQueues(away, { queueStats: () => Promise.reject(new Error('away')) });
    expect(await away.text()).not.toMatch(/queue="refresh"/);
  });

  test('a schedule rings ticks by its name, is changed in place, and there is one of it however often it is made', async () => {
    const schedulers = createSchedulers(producer);
    const rung: string[] = [];
    await work('ticks', async ({ data }) => {
      rung.push(data.schedule);
      return done;
    });
    await Promise.all(Array.from({ length: 10 }, () => schedulers.upsertScheduler('live', { everyMs: 60_000 })));
    await schedulers.upsertScheduler('daily', { cron: '0 8 * * *', zone: 'America/New_York' });
    const list = await schedulers.listSchedulers();
    expect(list.map(({ name }) => name).sort()).toEqual(['daily', 'live']);
    expect(list.find(({ name }) => name === 'daily')?.cadence).toEqual({ cron: '0 8 * * *', zone: 'America/New_York' });
    await schedulers.upsertScheduler('live', { everyMs: 200 });
    await eventually(() => expect(rung.filter((name) => name === 'live').length).toBeGreaterThanOrEqual(3));
    expect(await schedulers.removeScheduler('live')).toBe(true);
    expect(await schedulers.removeScheduler('live')).toBe(false);
    expect((await schedulers.listSchedulers()).map(({ name }) => name)).toEqual(['daily']);
  });

  test('closing waits for what runs, but not for ever', async () => {
    let ended = 0;
    const patient = await work('refresh', async () => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      ended += 1;
      return done;
    });
    await producer.ringRefreshes([{ id: 'ref_1', rank: 10 }]);
    await eventually(() => expect(patient.running).toBe(1));
    await patient.close();
    expect(ended).toBe(1);

    let aborted = false;
    let end = () => {};
    const stuck = await work('follow', ({ signal }) => {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      return new Promise((resolve) => {
        end = () => resolve(done);
      });
    });
    await producer.ringFollow('ref_1', 10);
    await eventually(() => expect(stuck.running).toBe(1));
    await stuck.close(100);
    expect(aborted).toBe(true);
    end();
  });
});
