import { createDeliverer, type DeliveryResult, MOST_ATTEMPTS, nextAttemptInMs } from '@freshet/events';
import { discarded, done, type Outcome, snoozed } from '@freshet/queue';
import {
  ageOfDelivery,
  claimDelivery,
  type ClaimedDelivery,
  noteAttempt,
  noteVerdict,
  type Pool,
  untilBack,
  type WaitingDelivery,
  waitingDelivery,
} from '@freshet/store';
import { EARLY_MS, holdLease, LEASE_MS, RETRIED } from './deliver-lease.ts';
import { createPlaces } from './places.ts';

/** So long one stands in line for a place; a worker that stops waits for the line, and for an attempt after it. */
const IN_LINE_MS = 2_000;
/** For who has found no room in the line. The sweeper rings what is due each second anyway. */
const COME_AGAIN_MS = 1_000;

interface Rules {
  allowPrivate: boolean;
  inLineMs?: number;
}

/**
 * Delivers what jobs name, as places for it come free; who gets none comes again, and spends no attempt. Its row keeps the schedule of a
 * whole day, so the job is snoozed to the next attempt, and a job that is lost is rung again by the sweeper.
 */
export function createDeliver(pool: Pool, rules: Rules): (id: string) => Promise<Outcome> {
  const { inLineMs = IN_LINE_MS } = rules;
  const places = createPlaces();
  return async (id) => {
    const waiting = await waitingDelivery(pool, id);
    if (!waiting) return done;
    // The same job rather than another one later: the deaths of its workers are counted by it.
    if (waiting.dueInMs > EARLY_MS) return snoozed(waiting.dueInMs);
    if (!(await places.take(waiting, inLineMs))) return snoozed(COME_AGAIN_MS);
    try {
      return await attempt(pool, waiting, rules);
    } finally {
      places.giveBack(waiting);
    }
  };
}

/**
 * One attempt. That it begins is written down before anything is sent: when its worker dies, or how it ends can't be written down, another
 * one follows, but not at once, and not without end. One that was the last by its number is made once more then.
 */
async function attempt(pool: Pool, waiting: WaitingDelivery, { allowPrivate }: Rules): Promise<Outcome> {
  if (waiting.attempts > MOST_ATTEMPTS) {
    const error = 'how the last attempts ended is not known';
    const noted = await noteAttempt(pool, waiting, { state: 'failed', status: null, error, nextInMs: null });
    return noted ? discarded(new Error(error)) : done;
  }
  const heldFrom = performance.now();
  const claimed = await claimDelivery(pool, waiting, LEASE_MS);
  if (!claimed) return done;
  const lease = holdLease(pool, claimed, heldFrom);
  const deliverer = createDeliverer({ allowPrivate });
  try {
    const { url, messageId, body, secrets } = claimed;
    const result = await deliverer.deliver({ url, id: messageId, body, secrets }, lease.lost);
    return await conclude(pool, await lease.end(), waiting.attempts + 1, result);
  } finally {
    await lease.end();
    await deliverer.close();
  }
}

/** Writes down what became of an attempt. One that was overtaken says nothing of the job: who overtook it has it rung. */
async function conclude(
  pool: Pool,
  claimed: ClaimedDelivery,
  attempts: number,
  result: DeliveryResult,
): Promise<Outcome> {
  const { status } = result;
  if (result.kind === 'delivered') {
    const taken = { state: 'delivered', error: null, nextInMs: null } as const;
    await untilBack(() => noteAttempt(pool, claimed, { ...taken, status }), RETRIED);
    return done;
  }
  const error = result.kind === 'gone' ? 'the receiver wants no more (410)' : result.because;
  if (result.kind !== 'retry') {
    const disable = result.kind === 'gone' ? 'the receiver answered 410: it wants no more' : null;
    const final = await untilBack(() => noteVerdict(pool, claimed, { status, error, disable }), RETRIED);
    // Of an address that is no longer the endpoint's it says nothing: the next attempt goes to another.
    if (final) return disable ? done : discarded(new Error(error));
  }
  const retryAfterMs = result.kind === 'retry' ? result.retryAfterMs : null;
  const ageMs = await untilBack(() => ageOfDelivery(pool, claimed.id), RETRIED);
  const nextInMs = nextAttemptInMs(attempts, Math.random(), { retryAfterMs, ageMs });
  const state = nextInMs === null ? 'failed' : 'pending';
  const noted = await untilBack(() => noteAttempt(pool, claimed, { state, status, error, nextInMs }), RETRIED);
  if (!noted) return done;
  return nextInMs === null ? discarded(new Error(error)) : snoozed(nextInMs);
}
