import type { WantedItem, World } from '../ports.ts';

/** How many wants of each kind are tested against an unproven lane: testing each of 20,000 blocks the event loop for a quarter of a second. */
const SAMPLES = 20;

/**
 * Sends one want of a plan to a provider that has failed and may be well again, if it would be first in the want's chain. Otherwise it
 * wouldn't be asked while others have quota, and their quota would be spent long after it is back. The want fares as any other: if the
 * provider still fails it is passed on, and if another call is probing already it goes elsewhere at once.
 * `unhurried`: no person waits for this plan, so it also tries providers that wouldn't be first, though more rarely. While the ones before
 * them are well they are never asked, and would be reported as failing for days after they have recovered.
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
    // While Redis is away no provider can be asked anyway.
    if (!(await lanes.mayTry(lane, one === first).catch(() => false))) continue;
    one.want.lane = lane;
    log.info({ lane, symbol: one.want.symbol }, 'one symbol tries whether the provider is well again');
  }
}

/** Samples of each class and data, spread evenly: providers serve symbols by their spelling, and neighbours are spelled alike. */
function samplesOf(wants: WantedItem[]): WantedItem[] {
  const alike = Map.groupBy(wants, ({ class: assetClass, data }) => `${assetClass} ${data}`);
  return [...alike.values()].flatMap((group) => {
    const step = Math.max(1, group.length / SAMPLES);
    return Array.from({ length: Math.min(SAMPLES, group.length) }, (_, n) => group[Math.floor(n * step)] as WantedItem);
  });
}
