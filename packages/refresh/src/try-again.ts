import type { WantedItem, World } from './ports.ts';

/**
 * Sends one want of a plan to a provider that has failed and may be well again, where it would be asked first. Without it nobody would ask
 * while others have quota, and these would be spent for one that has long been back. The want fares as any other: if the provider
 * still fails it is passed on, and if somebody else is probing already, it goes elsewhere at once.
 */
export async function tryAgain(wants: WantedItem[], { lanes, log }: World): Promise<void> {
  for (const lane of lanes.unproven()) {
    const want = wants.find((each) => each.lane !== lane && lanes.wouldBeFirst(lane, { ...each, tried: [] }));
    if (!want) continue;
    // While Redis is away nobody is asked anyway.
    if (!(await lanes.mayTry(lane).catch(() => false))) continue;
    want.lane = lane;
    log.info({ lane, symbol: want.symbol }, 'one symbol tries whether the provider is well again');
  }
}
