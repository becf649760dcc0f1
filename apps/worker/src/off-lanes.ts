import { leaveLane, type World } from '@freshet/refresh';
import type { Logger } from '@freshet/runtime';
import { lanesWithWants, type Pool } from '@freshet/store';

/** How often the lanes are looked at. */
const LOOK_MS = 10_000;

/** Empties the lanes of providers that are off: when one is switched off, wants stay behind in its lane, and later refreshes join them. */
export function watchOffLanes(
  off: ReadonlyMap<string, string>,
  { world, pool, log }: { world: World; pool: Pool; log: Logger },
): { stop(): void } {
  let looking = false;
  async function look(): Promise<void> {
    if (looking || off.size === 0) return;
    looking = true;
    try {
      for (const lane of await lanesWithWants(pool, [...off.keys()])) {
        log.info({ lane }, 'the provider of this lane is off; its wants move to other providers');
        await leaveLane(lane, off.get(lane) ?? `${lane} is off`, world);
      }
    } catch (err) {
      log.warn({ err }, 'could not look at the lanes of providers that are off; the next look will');
    } finally {
      looking = false;
    }
  }
  void look();
  const timer = setInterval(look, LOOK_MS);
  return { stop: () => clearInterval(timer) };
}
