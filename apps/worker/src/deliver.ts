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

/** How long a job waits in line for a place. A worker that stops waits for the line and then for the attempt. */
const IN_LINE_MS = 2_000;
/** When a job that got no place comes back. The sweeper rings due deliveries each second anyway. */
const COME_AGAIN_MS = 1_000;

interface Rules {
  allowPrivate: boolean;
  inLineMs?: number;
}

/**
 * Handles one job: attempts the delivery that it names once a place is free. A job that gets no place is snoozed and spends no attempt. The
 * delivery's row holds the schedule of its day, so the job is snoozed until the next attempt, and the sweeper replaces a job that is lost.
 */
export function createDeliver(pool: Pool, rules: Rules): (id: string) => Promise<Outcome> {
  const { inLineMs = IN_LINE_MS } = rules;
  const places = createPlaces();
  return async (id) => {
    const waiting = await waitingDelivery(pool, id);
    if (!waiting) return done;
    // Snoozed rather than ended and rung again: the job counts the workers that died with it.
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
 * Makes one attempt. Its start is recorded before anything is sent. When the worker dies, or the outcome can't be recorded, another attempt
 * follows when the lease has run out; their number is limited. If the last attempt had no recorded outcome, one more is made.
 */
async function attempt(pool: Pool, waiting: WaitingDelivery, { allowPrivate }: Rules): Promise<Outcome> {
  if (waiting.attempts > MOST_ATTEMPTS) {
    const error = 'the last attempts began, but their outcomes were never recorded';
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

/** Records the outcome of an attempt. If another attempt or a replay has overtaken it, the job is done: that one has its own ring. */
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
  const error = result.kind === 'gone' ? 'the receiver answered 410 Gone' : result.because;
  if (result.kind !== 'retry') {
    const disable = result.kind === 'gone' ? 'the receiver answered 410: it wants no more' : null;
    const final = await untilBack(() => noteVerdict(pool, claimed, { status, error, disable }), RETRIED);
    // Not final when the endpoint has another URL by now: the verdict was about the old one.
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
