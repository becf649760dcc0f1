import { leaveLane, type World } from '@freshet/refresh';
import type { Logger } from '@freshet/runtime';
import { lanesWithWants, type Pool } from '@freshet/store';

/** What a restart left in the lane of a provider that is off now waits at most so long more. */
const LOOK_MS = 10_000;

/** Empties the lanes of providers that are off: whoever switches one off leaves behind what waited for it, and what was joined there since. */
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
        log.info({ lane }, 'what waits for a provider that is off goes elsewhere');
        await leaveLane(lane, off.get(lane) ?? `${lane} is off`, world);
      }
    } catch (err) {
      log.warn({ err }, 'the lanes of providers that are off were not looked at; they will be');
    } finally {
      looking = false;
    }
  }
  void look();
  const timer = setInterval(look, LOOK_MS);
  return { stop: () => clearInterval(timer) };
}
