import type { ProviderWatch } from '@freshet/providers';
import type { Logger } from '@freshet/runtime';
import { type Pool, writeProviderStatus } from '@freshet/store';

/** Each provider is looked at so often. */
const LOOK_MS = 1_000;
/** And all that is known of them is written down, for the api. */
const WRITE_MS = 2_000;
/** While Redis or Postgres is away every look fails, a dozen in a second: one line in so long stands for all. */
const QUIET_MS = 5_000;

/** Renews the picture of the providers that choosing goes by, and writes it down. Every worker does; the last one wins. */
export async function reportStatus(watch: ProviderWatch, pool: Pool, log: Logger): Promise<{ stop(): void }> {
  let quietUntil = 0;
  let unsaid = 0;
  const trying = (work: () => Promise<void>) => async () => {
    try {
      await work();
    } catch (err) {
      unsaid += 1;
      if (Date.now() < quietUntil) return;
      log.warn({ err, times: unsaid }, 'the providers were not looked at; the old picture stays');
      quietUntil = Date.now() + QUIET_MS;
      unsaid = 0;
    }
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
