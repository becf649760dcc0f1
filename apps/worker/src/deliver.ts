import { createDeliverer, nextAttemptInMs } from '@freshet/events';
import { discarded, done, type Outcome, snoozed } from '@freshet/queue';
import { deliveryBody, disableEndpointOf, type DueDelivery, dueDelivery, noteAttempt, type Pool } from '@freshet/store';

/** So many deliveries of one user's are at work in a process at a time: a receiver may hold a place for 15 s, and others' wait for none of it. */
const MOST_OF_USER = 3;
/** Soon enough to take a place that is free again; the sweeper rings what is due each second anyway. */
const COME_AGAIN_MS = 1_000;

interface Rules {
  allowPrivate: boolean;
}

/** Delivers what jobs name, within a user's places; who has none free comes again, and spends no attempt. */
export function createDeliver(pool: Pool, rules: Rules): (id: string) => Promise<Outcome> {
  const atWork = new Map<string, number>();
  return async (id) => {
    const delivery = await dueDelivery(pool, id);
    if (!delivery) return done;
    const { userId } = delivery;
    const others = atWork.get(userId) ?? 0;
    if (others >= MOST_OF_USER) return snoozed(COME_AGAIN_MS);
    atWork.set(userId, others + 1);
    try {
      return await attempt(pool, delivery, rules);
    } finally {
      const left = (atWork.get(userId) ?? 1) - 1;
      if (left > 0) atWork.set(userId, left);
      else atWork.delete(userId);
    }
  };
}

/**
 * One attempt of one webhook delivery. Its row keeps the schedule of a whole day, so the job is snoozed to the next
 * attempt, and a job that is lost is rung again by the sweeper.
 */
async function attempt(pool: Pool, delivery: DueDelivery, rules: Rules): Promise<Outcome> {
  const { id } = delivery;
  const deliverer = createDeliverer(rules);
  try {
    const result = await deliverer.deliver({
      url: delivery.url,
      id: delivery.messageId,
      body: await deliveryBody(pool, delivery),
      secrets: delivery.secrets,
    });
    switch (result.kind) {
      case 'delivered':
        await noteAttempt(pool, id, { state: 'delivered', status: result.status, error: null, nextInMs: null });
        return done;
      case 'gone':
        await noteAttempt(pool, id, {
          state: 'failed',
          status: result.status,
          error: 'the receiver wants no more (410)',
          nextInMs: null,
        });
        await disableEndpointOf(pool, id, 'the receiver answered 410: it wants no more');
        return done;
      case 'refused':
        await noteAttempt(pool, id, { state: 'failed', status: null, error: result.because, nextInMs: null });
        return discarded(new Error(result.because));
      case 'retry': {
        const { retryAfterMs } = result;
        const nextInMs = nextAttemptInMs(delivery.attempts + 1, Math.random(), { retryAfterMs, ageMs: delivery.ageMs });
        const state = nextInMs === null ? 'failed' : 'pending';
        await noteAttempt(pool, id, { state, status: result.status, error: result.because, nextInMs });
        return nextInMs === null ? discarded(new Error(result.because)) : snoozed(nextInMs);
      }
    }
  } finally {
    await deliverer.close();
  }
}
