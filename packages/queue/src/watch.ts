import type { Redis } from 'ioredis';
import { counts, keyBase } from './lua.ts';
import { ownPace } from './settings.ts';

const LOOK_MS = 5_000;
/** Looks in vain after the first, 24 to 30 s in all. That is longer than the 17 s in which a silently dropped connection is replaced. */
const DEAF_LOOKS = 6;

/**
 * In several releases of BullMQ a worker that lost its blocking connection at the wrong moment took no jobs ever after, while it reported
 * that it was running. So a worker is judged by what it takes: it is deaf when it is free, jobs wait, and it takes none. Looks are counted
 * rather than time, because a process that was suspended or waited for Redis wasn't idle beside waiting jobs.
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
    // An absent Redis doesn't make the worker deaf; readiness reports it.
    if (connection.status !== 'ready') return false;
    const [now] = await counts(connection, [base]);
    if (!now || now.waiting === 0 || now.parkedMs > 0 || !isFree()) return false;
    // Somebody paused the queue on purpose, for example in Bull Board.
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
