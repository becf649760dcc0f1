import type { ProviderWatch } from '@freshet/providers';
import { type Logger, troubleOf } from '@freshet/runtime';
import { type Pool, writeProviderStatus } from '@freshet/store';

/** How often each provider's state is read. */
const LOOK_MS = 1_000;
/** How often the state of all providers is written to Postgres, for the api. */
const WRITE_MS = 2_000;

/** Keeps the known state of the providers current, and writes it down. Every worker does so; the last write wins. */
export async function reportStatus(watch: ProviderWatch, pool: Pool, log: Logger): Promise<{ stop(): void }> {
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
  await trying(() => watch.look())();
  await write();
  const timers = [
    setInterval(
      trying(() => watch.lookAtNext()),
      LOOK_MS / Math.max(1, watch.count),
    ),
    setInterval(write, WRITE_MS),
  ];
  return { stop: () => timers.forEach((timer) => clearInterval(timer)) };
}
