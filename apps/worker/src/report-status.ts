import type { ProviderWatch } from '@freshet/providers';
import { type Logger, troubleOf } from '@freshet/runtime';
import { type Pool, writeProviderStatus } from '@freshet/store';

/** How often each provider's state is read. */
const LOOK_MS = 1_000;
/** How often the state of all providers is written to Postgres, for the api. */
const WRITE_MS = 2_000;

export interface Reporting {
  /** Resolves when all providers have been looked at and written down once, or that has failed. */
  readonly begun: Promise<void>;
  stop(): void;
}

/** Keeps the known state of the providers current, and writes it down. Every worker does so; the last write wins. */
export function reportStatus(watch: ProviderWatch, pool: Pool, log: Logger): Reporting {
  /** A turn that hangs, on a Redis or Postgres that doesn't answer, is not joined by the next ones. */
  const trying = (work: () => Promise<void>) => {
    let underWay = false;
    return async () => {
      if (underWay) return;
      underWay = true;
      try {
        await work();
      } catch (err) {
        // While Redis or Postgres is away every look fails, a dozen in a second.
        troubleOf(log).met(
          err,
          'could not read or write the state of the providers; the last known state stays in use',
        );
      } finally {
        underWay = false;
      }
    };
  };
  const write = trying(() =>
    writeProviderStatus(
      pool,
      watch.statuses().map((status) => ({ provider: status.provider, status })),
    ),
  );
  let stopped = false;
  let timers: NodeJS.Timeout[] = [];
  async function begin(): Promise<void> {
    await trying(() => watch.look())();
    await write();
    if (stopped) return;
    const lookAtNext = trying(() => watch.lookAtNext());
    timers = [setInterval(lookAtNext, LOOK_MS / Math.max(1, watch.count)), setInterval(write, WRITE_MS)];
  }
  return {
    begun: begin(),
    stop() {
      stopped = true;
      timers.forEach((timer) => clearInterval(timer));
    },
  };
}
