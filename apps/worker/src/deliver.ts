import { createDeliverer, nextAttemptInMs } from '@freshet/events';
import { discarded, done, type Outcome, snoozed } from '@freshet/queue';
import { disableEndpointOf, dueDelivery, noteAttempt, type Pool } from '@freshet/store';

/**
 * One attempt of one webhook delivery. Its row keeps the schedule of a whole day, so the job is snoozed to the next
 * attempt, and a job that is lost is rung again by the sweeper.
 */
export async function deliver(pool: Pool, id: string, rules: { allowPrivate: boolean }): Promise<Outcome> {
  const delivery = await dueDelivery(pool, id);
  if (!delivery) return done;
  const deliverer = createDeliverer(rules);
  try {
    const result = await deliverer.deliver({
      url: delivery.url,
      id: delivery.messageId,
      body: delivery.body,
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
