import type { ProviderWatch } from '@freshet/providers';
import { type Logger, troubleOf } from '@freshet/runtime';
import { type Pool, writeProviderStatus } from '@freshet/store';

/** Each provider is looked at so often. */
const LOOK_MS = 1_000;
/** And all that is known of them is written down, for the api. */
const WRITE_MS = 2_000;

/** Renews the picture of the providers that choosing goes by, and writes it down. Every worker does; the last one wins. */
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
