import type { Redis } from 'ioredis';
import { counts, keyBase } from './lua.ts';
import { ownPace } from './settings.ts';

const LOOK_MS = 5_000;
/** So many more looks than the first: 24 to 30 s. A connection that was swallowed without a word is noticed and made anew in 17. */
const DEAF_LOOKS = 6;

/**
 * A worker that lost its blocking connection in an unlucky moment has, in several releases of BullMQ, stayed deaf for ever while it
 * said that it was running. So what counts is what it takes: deaf is who could take, finds jobs waiting, and takes none. Counted in
 * looks, not in time: a process that was suspended, or that waited for Redis, hasn't stood by meanwhile.
 */
export function watch(options: {
  connection: Redis;
  prefix: string;
  queue: string;
  isFree(): boolean;
  /** Called once, with a sentence. */
  onDeaf(because: string): void;
  lookMs?: number;
}): { took(): void; stop(): void } {
  const { connection, prefix, queue, isFree, onDeaf, lookMs = LOOK_MS } = options;
  const base = keyBase(prefix, queue);
  let inVain = 0;

  async function look(): Promise<void> {
    if (!(await couldTake())) inVain = 0;
    else if (inVain++ === DEAF_LOOKS) onDeaf(`jobs of ${queue} wait beside a free worker, which takes none`);
  }

  async function couldTake(): Promise<boolean> {
    // Redis being away is not this worker's illness: readiness says that.
    if (connection.status !== 'ready') return false;
    const [now] = await counts(connection, [base]);
    if (!now || now.waiting === 0 || now.parkedMs > 0 || !isFree()) return false;
    // Whoever paused the queue, in Bull Board say, wants it so.
    return (await connection.hexists(`${base}meta`, 'paused')) === 0;
  }

  let looking = false;
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    look()
      .catch(() => {
        inVain = 0;
      })
      .finally(() => {
        looking = false;
      });
  }, ownPace(lookMs));
  timer.unref();

  return {
    took: () => {
      inVain = 0;
    },
    stop: () => clearInterval(timer),
  };
}
