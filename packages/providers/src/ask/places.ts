import Bottleneck from 'bottleneck';
import pLimit from 'p-limit';

/** The request was not sent and won't be: its grant was too old, or the call was aborted. */
export class NotSent extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'NotSent';
  }
}

/** One provider's concurrency and spacing in this process. */
export interface Places {
  /**
   * Runs the work of one call, from the look at its lane to the answer, once a place is free. It holds no grant
   * meanwhile.
   */
  attend<T>(work: () => Promise<T>): Promise<T>;
  /** Runs one call when there is room. @throws NotSent when its turn comes after `endsBy` or after the signal */
  run<T>(call: (leftMs: number) => Promise<T>, when: { endsBy: number; signal?: AbortSignal }): Promise<T>;
  /** How many calls could start now. At 0 callers take no grant, so that nothing queues here. */
  free(): number;
}

/** A call with less time left than this isn't started. */
const LEAST_MS = 1000;

/** A call that hangs beyond its time-out loses its place after this additional time. */
const EXPIRES_AFTER_MS = 5000;

/** `concurrency` calls at once, sent at least `minTimeMs` apart, none for longer than `timeoutMs`. */
export function createPlaces(concurrency: number, minTimeMs: number, timeoutMs: number): Places {
  const attended = pLimit(concurrency);
  const limiter = new Bottleneck({ maxConcurrent: concurrency, minTime: minTimeMs });
  limiter.on('error', () => {});
  yieldSooner(limiter);

  return {
    attend: (work) => attended(work),
    run(call, { endsBy, signal }) {
      const leftMs = Math.max(0, endsBy - performance.now());
      const begin = async () => {
        const left = endsBy - performance.now();
        if (signal?.aborted) throw new NotSent('nobody waits for it any more');
        if (left < LEAST_MS) throw new NotSent('its grant was too old to be used');
        return call(Math.min(left, timeoutMs));
      };
      // The answer is passed on at once, without waiting for Bottleneck's bookkeeping.
      return new Promise((resolve, reject) => {
        limiter
          .schedule({ expiration: Math.min(leftMs, timeoutMs) + EXPIRES_AFTER_MS }, () => {
            const running = begin();
            running.then(resolve, reject);
            return running;
          })
          .catch(reject);
      });
    },
    free() {
      const { RECEIVED, QUEUED, RUNNING, EXECUTING } = limiter.counts();
      return Math.max(0, concurrency - (RECEIVED ?? 0) - (QUEUED ?? 0) - (RUNNING ?? 0) - (EXECUTING ?? 0));
    },
  };
}

/** The internals of Bottleneck that wait by timers. */
interface Inside {
  _store?: { yieldLoop?: unknown };
  _limiter: unknown;
  _run?(index: string, job: Executable, waitMs: number): { timeout: unknown };
  _clearGlobalState(index: string): unknown;
  _free(index: string, job: Executable, ...rest: unknown[]): unknown;
}
interface Executable {
  doExecute(limiter: unknown, clear: unknown, run: unknown, free: unknown): unknown;
}

/**
 * Bottleneck waits for several 1 ms timers per job, even for a job that may start at once, which costs a call 4 to 5
 * ms. This removes the waits. If a later version lacks these internals, nothing changes.
 */
function yieldSooner(limiter: Bottleneck): void {
  const inside = limiter as unknown as Inside;
  const { _store: store, _run: later } = inside;
  if (typeof store?.yieldLoop === 'function') store.yieldLoop = () => Promise.resolve();
  if (typeof later !== 'function') return;
  inside._run = (index, job, waitMs) => {
    const scheduled = later.call(limiter, index, job, waitMs);
    if (waitMs > 0) return scheduled;
    clearTimeout(scheduled.timeout as NodeJS.Timeout);
    const run = (...again: unknown[]) => later.apply(limiter, [index, job, ...again] as [string, Executable, number]);
    queueMicrotask(() =>
      job.doExecute(
        inside._limiter,
        inside._clearGlobalState.bind(limiter, index),
        run,
        inside._free.bind(limiter, index, job),
      ),
    );
    return scheduled;
  };
}
