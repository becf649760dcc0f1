import { createDeliverer, type DeliveryResult, MOST_ATTEMPTS, nextAttemptInMs, nextIfLostInMs } from '@freshet/events';
import { discarded, done, type Outcome, snoozed } from '@freshet/queue';
import {
  claimDelivery,
  type ClaimedDelivery,
  noteAttempt,
  noteVerdict,
  type Pool,
  untilBack,
  waitingDelivery,
} from '@freshet/store';

/** Begun no more than so much before its time, for the worker's clock and the database's are two. */
const EARLY_MS = 1_000;
/** So long the end of an attempt is held for a Postgres that is away. */
const NOTED = { withinMs: 60_000 };

/**
 * One attempt of one webhook delivery. Its row keeps the schedule of a whole day, so the job is snoozed to the next attempt, and a job
 * that is lost is rung again by the sweeper. That it begins is written down before anything is sent: when its worker dies, or how it
 * ends can't be written down, the next attempt follows in its time and not at once.
 */
export async function deliver(pool: Pool, id: string, rules: { allowPrivate: boolean }): Promise<Outcome> {
  const waiting = await waitingDelivery(pool, id);
  if (!waiting) return done;
  // The same job rather than another one later: the deaths of its workers are counted by it.
  if (waiting.dueInMs > EARLY_MS) return snoozed(waiting.dueInMs);
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
