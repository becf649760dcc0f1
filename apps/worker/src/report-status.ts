import type { ProviderWatch } from '@freshet/providers';
import type { Logger } from '@freshet/runtime';
import { type Pool, writeProviderStatus } from '@freshet/store';

const LOOK_MS = 1_000;
/** Every other look is written down, for the api: all that it knows of providers. */
const WRITE_EVERY = 2;

/** Renews the picture of the providers that choosing goes by, and writes it down. Every worker does; the last one wins. */
export async function reportStatus(watch: ProviderWatch, pool: Pool, log: Logger): Promise<{ stop(): void }> {
  let looks = 0;
  const look = async () => {
    try {
      await watch.look();
      if (looks++ % WRITE_EVERY === 0)
        await writeProviderStatus(
          pool,
          watch.statuses().map((status) => ({ provider: status.provider, status })),
        );
    } catch (err) {
      log.warn({ err }, 'the providers were not looked at; the old picture stays');
    }
  };
  await look();
  const timer = setInterval(() => void look(), LOOK_MS);
  return { stop: () => clearInterval(timer) };
}
