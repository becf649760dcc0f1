import { FULL_BYTES } from './fan-out.ts';

const LOOK_MS = 100;
/** Who takes nothing for so long is gone, whatever its socket says. */
const STUCK_MS = 60_000;

/** What is needed of a connection that is talked with. */
export interface Talker {
  readonly bufferedAmount: number;
  pause(): void;
  resume(): void;
  terminate(): void;
}

export interface Patience {
  /** To be called after each answer. */
  answered(): void;
  /** Whether it has been listened to for so long: what it says while it isn't, an answer to a ping too, is heard only afterwards. */
  heardFor(ms: number): boolean;
  /** Nothing is answered any more. */
  stop(): void;
}

/**
 * Listens to a client no faster than it takes its answers: one that talks and never reads made the process grow by megabytes a second. What it
 * says meanwhile waits in the network, as its own trouble. While it takes anything at all it is waited for: it may be a slow one.
 */
export function createPatience(talker: Talker, stuckMs = STUCK_MS): Patience {
  let looking: NodeJS.Timeout | undefined;
  let heardSince = Number.NEGATIVE_INFINITY;

  function stop(): void {
    if (!looking) return;
    clearInterval(looking);
    looking = undefined;
    heardSince = performance.now();
    // Also for what ends the connection: its answer to our good-bye is to be heard.
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
