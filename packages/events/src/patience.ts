import { FULL_BYTES } from './fan-out.ts';

const LOOK_MS = 100;
/** A client that takes nothing for this long counts as gone, even if its socket is still open. */
const STUCK_MS = 60_000;

/** The part of a WebSocket that backpressure needs. */
export interface Talker {
  readonly bufferedAmount: number;
  pause(): void;
  resume(): void;
  terminate(): void;
}

export interface Patience {
  /** To be called after each answer. */
  answered(): void;
  /** Whether reading hasn't been paused for the last `ms`. While it is paused nothing is received, not even the answer to a ping. */
  heardFor(ms: number): boolean;
  /** To be called when nothing is answered any more. */
  stop(): void;
}

/**
 * Backpressure: reads from a client no faster than the client takes its answers. A client that sent and never read made the process grow by
 * megabytes a second. Its messages wait in the network meanwhile. A client that takes anything at all is only slow, and is waited for.
 */
export function createPatience(talker: Talker, stuckMs = STUCK_MS): Patience {
  let looking: NodeJS.Timeout | undefined;
  let heardSince = Number.NEGATIVE_INFINITY;

  function stop(): void {
    if (!looking) return;
    clearInterval(looking);
    looking = undefined;
    heardSince = performance.now();
    // Also when the connection is ending: the client's close frame has to be read.
    talker.resume();
  }

  return {
    answered() {
      if (looking || talker.bufferedAmount <= FULL_BYTES) return;
      talker.pause();
      let left = talker.bufferedAmount;
      let tookAt = performance.now();
      looking = setInterval(() => {
        const before = left;
        left = talker.bufferedAmount;
        if (left <= FULL_BYTES) return stop();
        if (left < before) tookAt = performance.now();
        else if (performance.now() - tookAt > stuckMs) talker.terminate();
      }, LOOK_MS);
    },
    heardFor: (ms) => !looking && performance.now() - heardSince >= ms,
    stop,
  };
}
