import { type ClaimedDelivery, extendDelivery, type Pool, untilBack } from '@freshet/store';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How long an attempt holds its delivery without renewing. When its worker dies, the next attempt waits this long at the most, which is
 * less than the queue may take to notice the death (15 s).
 */
export const LEASE_MS = 10_000;
const RENEW_EVERY_MS = 3_000;

/** An attempt may begin this long before its time, because the worker's clock and the database's differ. */
export const EARLY_MS = 1_000;
/** An attempt whose lease isn't renewed stops sending here, well before another worker may begin. */
const STOPS_AFTER_MS = LEASE_MS - 2 * EARLY_MS;

/** How long a statement about an attempt is retried while Postgres is away. */
export const RETRIED = { withinMs: 60_000 };

/** An attempt's hold on its delivery, renewed for as long as the attempt goes on. */
export interface Lease {
  /** Aborts when the lease could not be renewed in time: another worker may begin soon, so this one must stop sending. */
  readonly lost: AbortSignal;
  /** Ends the renewing. @returns the delivery with the turn that it has now, which is what the outcome is recorded for */
  end(): Promise<ClaimedDelivery>;
}

/**
 * Renews an attempt's lease until it ends, so that a receiver may take the whole time-out while no second worker sends the same message.
 * @param heldFrom when the claim was sent, by `performance.now()`
 */
export function holdLease(pool: Pool, claimed: ClaimedDelivery, heldFrom: number): Lease {
  const lost = new AbortController();
  const ended = new AbortController();
  let current = claimed;
  let from = heldFrom;
  let expiry = expireFrom(from);

  function expireFrom(at: number): NodeJS.Timeout {
    const giveUp = () => lost.abort(new Error('broken off: its lease could not be renewed in the database'));
    return setTimeout(giveUp, at + STOPS_AFTER_MS - performance.now());
  }

  /** @returns whether the delivery is still this attempt's */
  async function renew(): Promise<boolean> {
    const at = performance.now();
    // Retried with the same figures also after the attempt has ended: what is recorded of it must name the turn that the row has.
    const turn = await untilBack(() => extendDelivery(pool, current, at - from), RETRIED);
    clearTimeout(expiry);
    // Somebody sent the message again meanwhile. Both go on: if this attempt is taken, that still counts.
    if (!turn) return false;
    current = { ...current, ...turn };
    from = at;
    if (!ended.signal.aborted) expiry = expireFrom(from);
    return true;
  }

  async function keep(): Promise<void> {
    while (await pause(from + RENEW_EVERY_MS - performance.now(), ended.signal)) {
      if (!(await renew())) return;
    }
  }
  // A failure that is no outage isn't retried: the lease runs out.
  const keeping = keep().catch(() => {});

  return {
    lost: lost.signal,
    async end() {
      ended.abort();
      clearTimeout(expiry);
      await keeping;
      return current;
    },
  };
}

/** False: the signal came first. */
const pause = (ms: number, signal: AbortSignal): Promise<boolean> =>
  sleep(Math.max(0, ms), true, { signal }).catch(() => false);
