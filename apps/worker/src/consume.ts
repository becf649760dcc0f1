import { calls, follow, headStart, plan, type World } from '@freshet/refresh';
import { type Consumer, consume, done, laneQueue, type QueueName, type Work } from '@freshet/queue';
import type { Logger, Redis } from '@freshet/runtime';
import type { Pool } from '@freshet/store';
import { createDeliver } from './deliver.ts';
import { forgiveOutage } from './forgive-outage.ts';
import { giveUpPlan } from './give-up-plan.ts';
import type { WorkerLanes } from './lanes.ts';
import type { OpenProviders } from './open-providers.ts';
import { DELIVERIES } from './places.ts';

/** Plans at once. They are short transactions: so many keep two cores busy and leave connections free. */
const PLANS = 8;
/** Further jobs of `refresh` at once, for plans that make their first call and wait for the provider. */
const HEAD_STARTS = 8;
/** Jobs of a lane for each place at its provider: while one has the place, another lands or waits for it. */
const CALLING_AND_LANDING = 2;
/** Follow-ups at once: one calculates while the other does I/O. */
const FOLLOWS = 2;

export interface Consuming {
  world: World;
  lanes: WorkerLanes;
  providers: OpenProviders;
  pool: Pool;
  config: { prefix: string; queues: string[]; allowPrivateWebhooks: boolean };
  connection: Redis;
  subscriber: Redis;
  /** Called when a queue has jobs but gives this process none. */
  onDeaf(because: string): void;
  log: Logger;
}

/** One consumer for each queue that the configuration names: `all`, `lanes` for all lanes, or single queues. */
export function consumeQueues({
  world,
  lanes,
  providers,
  pool,
  config,
  connection,
  subscriber,
  onDeaf,
  log,
}: Consuming): Consumer[] {
  const named = new Set(config.queues);
  const works = (queue: QueueName) =>
    named.has('all') || named.has(queue) || (queue.startsWith('fetch-') && named.has('lanes'));
  const shared = { connection, subscriber, prefix: config.prefix, onDeaf, log };
  const consumers: Consumer[] = [];

  if (works('refresh')) {
    let started = 0;
    const mayStart = (lane: string) => started < HEAD_STARTS && works(laneQueue(lane));
    const planAndStart = async (job: Work<'refresh'>) => {
      const { refreshId } = job.data;
      const first = await lanes
        .whilePlanning(() => plan(refreshId, world, mayStart))
        .catch((error: unknown) => giveUpPlan(error, job, { world, pool }));
      if (!first) return done;
      started++;
      return headStart(refreshId, first, job, world).finally(() => {
        started--;
      });
    };
    const planOrForgive = (job: Work<'refresh'>) =>
      planAndStart(job).catch((error: unknown) => forgiveOutage(error, job, log));
    consumers.push(consume('refresh', planOrForgive, { ...shared, concurrency: PLANS + HEAD_STARTS }));
  }
  for (const { name, concurrency } of providers.lanes) {
    if (!works(laneQueue(name))) continue;
    const jobs = concurrency * CALLING_AND_LANDING;
    const callOrForgive = (job: Work<ReturnType<typeof laneQueue>>) =>
      calls(name, job, world).catch((error: unknown) => forgiveOutage(error, job, log));
    consumers.push(consume(laneQueue(name), callOrForgive, { ...shared, concurrency: jobs }));
  }
  if (works('follow')) {
    const followOrForgive = (job: Work<'follow'>) =>
      follow(job.data.refreshId, job, world).catch((error: unknown) => forgiveOutage(error, job, log));
    consumers.push(consume('follow', followOrForgive, { ...shared, concurrency: FOLLOWS }));
  }
  if (works('deliver')) {
    const deliver = createDeliver(pool, { allowPrivate: config.allowPrivateWebhooks });
    consumers.push(consume('deliver', ({ data }) => deliver(data.deliveryId), { ...shared, concurrency: DELIVERIES }));
  }
  return consumers;
}
