import type { WantedItem, World } from './ports.ts';

/** So many of each kind show whether a lane would have any of them: to look at each of 20,000 holds up the whole process for a quarter of a second. */
const SAMPLES = 20;

/**
 * Sends one want of a plan to a provider that has failed and may be well again, where it would be asked first. Without it nobody would ask
 * while others have quota, and these would be spent for one that has long been back. The want fares as any other: if the provider
 * still fails it is passed on, and if somebody else is probing already, it goes elsewhere at once.
 * `unhurried`: nobody waits for this plan, so that those who wouldn't be asked first are tried by it as well, more rarely. Their failing
 * would be reported for days after its end: nobody asks them while those before them are well.
 */
export async function tryAgain(wants: WantedItem[], unhurried: boolean, { lanes, log }: World): Promise<void> {
  const reachesAsFar = (lane: string, want: WantedItem) =>
    want.data !== 'bars' || lanes.historyDays(lane) >= lanes.historyDays(want.lane);
  const unproven = lanes.unproven();
  if (unproven.length === 0) return;
  const samples = samplesOf(wants);
  for (const lane of unproven) {
    const others = samples.filter((each) => each.lane !== lane).map((want) => ({ want, ask: { ...want, tried: [] } }));
    const first = others.find(({ ask }) => lanes.wouldBeFirst(lane, ask));
    const one =
      first ??
      (unhurried ? others.find(({ want, ask }) => reachesAsFar(lane, want) && lanes.couldProve(lane, ask)) : undefined);
    if (!one) continue;
    // While Redis is away nobody is asked anyway.
    if (!(await lanes.mayTry(lane, one === first).catch(() => false))) continue;
    one.want.lane = lane;
    log.info({ lane, symbol: one.want.symbol }, 'one symbol tries whether the provider is well again');
  }
}

/** Some of each class and data, from all over them: providers tell symbols by their spelling, and neighbours are spelled alike. */
function samplesOf(wants: WantedItem[]): WantedItem[] {
  const alike = Map.groupBy(wants, ({ class: assetClass, data }) => `${assetClass} ${data}`);
  return [...alike.values()].flatMap((group) => {
    const step = Math.max(1, group.length / SAMPLES);
    return Array.from({ length: Math.min(SAMPLES, group.length) }, (_, n) => group[Math.floor(n * step)] as WantedItem);
  });
}
