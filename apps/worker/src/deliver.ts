import { createDeliverer, type DeliveryResult, MOST_ATTEMPTS, nextAttemptInMs, nextIfLostInMs } from '@freshet/events';
import { discarded, done, type Outcome, snoozed } from '@freshet/queue';
import {
  claimDelivery,
  type ClaimedDelivery,
  noteAttempt,
  noteVerdict,
  type Pool,
  untilBack,
  type WaitingDelivery,
  waitingDelivery,
} from '@freshet/store';

/** Begun no more than so much before its time, for the worker's clock and the database's are two. */
const EARLY_MS = 1_000;
/** So long the end of an attempt is held for a Postgres that is away. */
const NOTED = { withinMs: 60_000 };

/** So many deliveries of one user's are at work in a process at a time: a receiver may hold a place for 15 s, and others' wait for none of it. */
const MOST_OF_USER = 3;
/** Soon enough to take a place that is free again; the sweeper rings what is due each second anyway. */
const COME_AGAIN_MS = 1_000;

interface Rules {
  allowPrivate: boolean;
}

/**
 * Delivers what jobs name, within a user's places; who has none free comes again, and spends no attempt. Its row keeps the schedule of a
 * whole day, so the job is snoozed to the next attempt, and a job that is lost is rung again by the sweeper.
 */
export function createDeliver(pool: Pool, rules: Rules): (id: string) => Promise<Outcome> {
  const atWork = new Map<string, number>();
  return async (id) => {
    const waiting = await waitingDelivery(pool, id);
    if (!waiting) return done;
    // The same job rather than another one later: the deaths of its workers are counted by it.
    if (waiting.dueInMs > EARLY_MS) return snoozed(waiting.dueInMs);
    const { userId } = waiting;
    const others = atWork.get(userId) ?? 0;
    if (others >= MOST_OF_USER) return snoozed(COME_AGAIN_MS);
    atWork.set(userId, others + 1);
    try {
      return await attempt(pool, waiting, rules);
    } finally {
      const left = (atWork.get(userId) ?? 1) - 1;
      if (left > 0) atWork.set(userId, left);
      else atWork.delete(userId);
    }
  };
}

/**
 * One attempt. That it begins is written down before anything is sent: when its worker dies, or how it ends can't be written down, the next
 * one follows in its time and not at once.
 */
async function attempt(pool: Pool, waiting: WaitingDelivery, rules: Rules): Promise<Outcome> {
  if (waiting.attempts >= MOST_ATTEMPTS) {
    const error = 'how the last attempt ended is not known';
    const noted = await noteAttempt(pool, waiting, { state: 'failed', status: null, error, nextInMs: null });
    return noted ? discarded(new Error(error)) : done;
  }
  const begun = { attempts: waiting.attempts + 1, ageMs: waiting.ageMs };
  const claimed = await claimDelivery(pool, waiting, nextIfLostInMs(begun.attempts, Math.random(), begun.ageMs));
  if (!claimed) return done;
  const deliverer = createDeliverer(rules);
  try {
    const { url, messageId, body, secrets } = claimed;
    return await conclude(pool, claimed, begun, await deliverer.deliver({ url, id: messageId, body, secrets }));
  } finally {
    await deliverer.close();
  }
}

/** Writes down what became of an attempt. One that was overtaken says nothing of the job: who overtook it has it rung. */
async function conclude(
  pool: Pool,
  claimed: ClaimedDelivery,
  { attempts, ageMs }: { attempts: number; ageMs: number },
  result: DeliveryResult,
): Promise<Outcome> {
  const { status } = result;
  if (result.kind === 'delivered') {
    const taken = { state: 'delivered', error: null, nextInMs: null } as const;
    await untilBack(() => noteAttempt(pool, claimed, { ...taken, status }), NOTED);
    return done;
  }
  const error = result.kind === 'gone' ? 'the receiver wants no more (410)' : result.because;
  if (result.kind !== 'retry') {
    const disable = result.kind === 'gone' ? 'the receiver answered 410: it wants no more' : null;
    const final = await untilBack(() => noteVerdict(pool, claimed, { status, error, disable }), NOTED);
    // Of an address that is no longer the endpoint's it says nothing: the next attempt goes to another.
    if (final) return disable ? done : discarded(new Error(error));
  }
  const retryAfterMs = result.kind === 'retry' ? result.retryAfterMs : null;
  const nextInMs = nextAttemptInMs(attempts, Math.random(), { retryAfterMs, ageMs });
  const state = nextInMs === null ? 'failed' : 'pending';
  const noted = await untilBack(() => noteAttempt(pool, claimed, { state, status, error, nextInMs }), NOTED);
  if (!noted) return done;
  return nextInMs === null ? discarded(new Error(error)) : snoozed(nextInMs);
}
