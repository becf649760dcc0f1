import { ID_PREFIXES } from '@freshet/contracts';
import type { Hints } from '@freshet/events';
import type { Producer } from '@freshet/queue';
import { type Logger, troubleOf } from '@freshet/runtime';
import {
  dropOrphanWants,
  endOverdue,
  failCalculations,
  failPoisonedDelivery,
  failUnplanned,
  freeClaims,
  type Landed,
  longClaims,
  markRung,
  type Pool,
  refreshesToFollow,
  refreshesToRing,
  waitingDeliveries,
  waitingLanes,
} from '@freshet/store';

export interface SweepContext {
  pool: Pool;
  producer: Producer;
  hints: Hints;
  poke(): void;
  log: Logger;
  /** Aborted when the process stops: no further step is begun. Each may wait 15 s for a Postgres that is silent. */
  stopping?: AbortSignal;
}

/** A plan's own first call has the refresh's id as its call id, and belongs to the refresh's job. */
const isRefreshId = (callId: string) => callId.startsWith(`${ID_PREFIXES.refresh}_`);

/** A ring that is not answered for so long may be lost: BullMQ itself recovers a dead worker's job within 15 s. */
const UNANSWERED_MS = 10_000;

/**
 * Repeats rings that were lost because a process died between a commit and its ring, or because Redis lost its data. Every step is harmless
 * when it runs twice or wasn't needed. A poison job isn't rung again: its refresh or delivery fails with the reason.
 */
export const sweep = (context: SweepContext): Promise<void> => through(steps, context);

/** The steps that depend on the clock alone: deadlines that have passed, deliveries that are due. */
export const sweepDue = (context: SweepContext): Promise<void> => through(due, context);

type Steps = Record<string, (context: SweepContext) => Promise<void>>;

async function through(of: Steps, context: SweepContext): Promise<void> {
  for (const [name, step] of Object.entries(of)) {
    if (context.stopping?.aborted) return;
    try {
      await step(context);
    } catch (error) {
      // Bounded, because this happens every second while Postgres is away.
      troubleOf(context.log).met(error, 'a step of the sweeper failed; the next sweep tries it again', { step: name });
    }
  }
}

const steps: Steps = {
  async refreshes(context) {
    const { pool, producer, log } = context;
    const queued = await refreshesToRing(pool, UNANSWERED_MS);
    if (queued.length === 0) return;
    const missing = new Set(await producer.missingRefreshes(queued.map(({ id }) => id)));
    const poison = await producer.poisoned('refresh', [...missing]);
    for (const [id, why] of poison) await ringAfter(await failUnplanned(pool, id, why), context);
    const lost = queued.filter(({ id }) => missing.has(id) && !poison.has(id));
    await producer.ringRefreshes(lost);
    await markRung(
      pool,
      queued.map(({ id }) => id),
    );
    if (lost.length > 0) log.info({ refreshes: lost.length }, 'rang refreshes that had no job');
  },

  async followUps(context) {
    const { pool, producer } = context;
    const due = await refreshesToFollow(pool, UNANSWERED_MS);
    if (due.length === 0) return;
    const missing = new Set(await producer.missingFollows(due.map(({ id }) => id)));
    const poison = await producer.poisoned('follow', [...missing]);
    for (const [id, why] of poison) await ringAfter(await failCalculations(pool, id, why), context);
    for (const { id, rank, traceparent } of due)
      if (missing.has(id) && !poison.has(id)) await producer.ringFollow(id, rank, { traceparent });
  },

  async claims({ pool, producer, log }) {
    const long = await longClaims(pool, UNANSWERED_MS);
    for (const lane of new Set(long.map((claim) => claim.lane))) {
      const calls = long.filter((claim) => claim.lane === lane).map(({ callId }) => callId);
      const [planned, rung] = [calls.filter(isRefreshId), calls.filter((id) => !isRefreshId(id))];
      const gone = await Promise.all([producer.missingRefreshes(planned), producer.missingCalls(lane, rung)]);
      const freed = await freeClaims(pool, gone.flat());
      if (freed > 0) log.info({ lane, wants: freed }, 'freed the wants of calls whose job is gone');
    }
  },

  async lanes({ pool, producer }) {
    const counts = await producer.laneCounts();
    for (const { lane, waiting, rank } of await waitingLanes(pool)) {
      const jobs = counts[lane];
      if (!jobs || jobs.waiting + jobs.active + jobs.delayed === 0) await producer.ringLane(lane, waiting, rank);
    }
  },

  async orphans({ pool }) {
    await dropOrphanWants(pool);
  },
};

const due: Steps = {
  async overdue(context) {
    const landed = await endOverdue(context.pool);
    for (const { refreshId, requestId } of landed.ended)
      context.log.warn(
        { refresh_id: refreshId, request_id: requestId ?? undefined },
        'a refresh passed its deadline and was ended',
      );
    await ringAfter(landed, context);
  },

  async deliveries({ pool, producer }) {
    const waiting = await waitingDeliveries(pool);
    if (waiting.length === 0) return;
    const missing = await producer.missingDeliveries(waiting);
    const poison = await producer.poisoned('deliver', missing);
    const failed = new Set<string>();
    for (const [id, error] of poison) if (await failPoisonedDelivery(pool, id, error)) failed.add(id);
    await producer.ringDeliveries(missing.filter((id) => !failed.has(id)));
  },
};

async function ringAfter(landed: Landed, { producer, hints, poke }: SweepContext): Promise<void> {
  for (const change of landed.changed) hints.announce(change);
  if (landed.changed.length > 0) poke();
  if (landed.next.length > 0) await producer.ringNext(landed.next);
  for (const { refreshId, rank, traceparent } of landed.follow)
    await producer.ringFollow(refreshId, rank, { traceparent });
}
