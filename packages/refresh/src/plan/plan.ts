import { isFinal, priorityOfRank } from '@freshet/contracts';
import { aheadOf } from '../call/ahead.ts';
import { decideItem, newAssetOf } from './decide-item.ts';
import { earlyGrant } from './early-grant.ts';
import type { Load } from '../estimate/estimate.ts';
import type { HeadStart } from './head-start.ts';
import { kinds } from '../kinds/index.ts';
import type { Known, Plan, Scope, SettledItem, WantedItem, World } from '../ports.ts';
import type { RefreshRecord } from '@freshet/contracts';
import { ringFollowers, ringLanes } from '../rings.ts';
import { sharesOf } from '../shares.ts';
import { tryAgain } from './try-again.ts';

/**
 * Plans a refresh: finds its scope, decides item by item, commits items and wants in one transaction, and rings the lanes. Rung twice or
 * killed anywhere, it commits once, and the next run rings what was not rung. It doesn't ring for the first call of a lane for which
 * `mayStart` is true: it returns that call, for the caller to make.
 */
export async function plan(
  refreshId: string,
  world: World,
  mayStart: (lane: string) => boolean = () => false,
): Promise<HeadStart | null> {
  const since = world.now().getTime();
  const { refresh, named, twin, before } = await world.record.beforePlan(refreshId);
  if (!refresh || isFinal(refresh.status)) return null;
  if (refresh.status === 'in_progress') return ringAgain(refresh, world);
  if (twin) {
    // This refresh runs once the running one has ended. That end rings it, even if it comes before this job is over.
    await ringLanes(twin, refresh.rank, world);
    return null;
  }
  const kind = kinds[refresh.kind];
  const scope = await kind.scope(refresh, world.record);
  const { wants, settled, newAssets } = await draft(scope, refresh, named, world);
  await tryAgain(wants, refresh.source === 'schedule', world);
  const calculations = scope.portfolios.length + scope.strategies.length;
  const drafted = {
    refreshId,
    elapsedMs: world.now().getTime() - since,
    wants,
    settled,
    portfolios: scope.portfolios,
    strategies: scope.strategies,
    calculates: kind.calculates && calculations > 0,
    nextRefreshAt: earliest(settled),
    estimate: world.lanes.estimate(loadsOf(wants), calculations, before.ahead, priorityOfRank(refresh.rank)),
    newAssets,
  } satisfies Plan;
  const ahead = (lane: string) => aheadOf(wants, lane, refresh.rank, before.all[lane] ?? 0);
  const first = wants.find(({ lane }) => mayStart(lane))?.lane;
  const early = first === undefined ? null : earlyGrant(first, ahead(first), world);
  const planned = await world.record.commitPlan(drafted, early).catch((error: unknown) => {
    early?.begin([]);
    throw error;
  });
  const begun = early?.begin(planned?.claims ?? []);
  if (!planned) return null;
  const lane = begun ? first : Object.keys(planned.waiting).find((each) => mayStart(each));
  await ringLanes(planned.waiting, refresh.rank, world, lane);
  // News of a mere beginning can wait until its calls are out.
  await ringFollowers(planned, world, { relay: planned.ended.length > 0 });
  // Series and metrics are made of daily bars: when no bars have to be fetched, they needn't wait for the quotes.
  const calculatesAhead = refresh.mode === 'full' && planned.open > 0 && !wants.some(({ data }) => data === 'bars');
  const shares = sharesOf(scope.portfolios.length);
  const { traceparent } = refresh;
  if (calculatesAhead && scope.portfolios.length > 0)
    await world.ring.follow(refreshId, refresh.rank, { shares, ahead: true, traceparent });
  return lane === undefined ? null : { lane, ahead: ahead(lane), begun };
}

type Draft = Pick<Plan, 'wants' | 'settled' | 'newAssets'>;

/** How many symbols are read at once: a refresh may be about a hundred thousand. */
const KNOWN_AT_ONCE = 5_000;

/** Decides symbol by symbol. Most refreshes are about the symbols that they name, which were read with the refresh. */
async function draft({ symbols }: Scope, refresh: RefreshRecord, named: Known[], world: World): Promise<Draft> {
  const full = refresh.mode === 'full';
  const same = symbols.length === named.length && named.every(({ symbol }, i) => symbol === symbols[i]);
  const drafted: Draft = { wants: [], settled: [], newAssets: [] };
  if (same && !full) decideAll(named, refresh, world, drafted);
  else
    for (let i = 0; i < symbols.length; i += KNOWN_AT_ONCE)
      decideAll(await world.record.know(symbols.slice(i, i + KNOWN_AT_ONCE), full), refresh, world, drafted);
  return drafted;
}

function decideAll(
  known: Known[],
  { mode, maxAgeS, acceptedAt, source }: RefreshRecord,
  { lanes, now }: World,
  { wants, settled, newAssets }: Draft,
): void {
  const wish = { mode, maxAgeS, acceptedAt, scheduled: source === 'schedule', now: now() };
  for (const { symbol, asset } of known) if (!asset) newAssets.push(newAssetOf(symbol));
  const historyDays = (of: Pick<WantedItem, 'symbol' | 'class'>) => {
    const [first] = lanes.chain({ ...of, data: 'bars', tried: [] });
    return first === undefined ? 0 : lanes.historyDays(first);
  };
  for (const decision of known.flatMap((symbol) => decideItem(symbol, wish, historyDays))) {
    if ('settled' in decision) {
      settled.push(decision.settled);
      continue;
    }
    const { symbol, data, class: assetClass, freshAfter } = decision.want;
    const ask = { symbol, data, class: assetClass, tried: [] };
    const [lane] = lanes.chain(ask);
    if (lane) wants.push({ ...decision.want, freshAfter: sameMoment(wants.at(-1)?.freshAfter, freshAfter), lane });
    // Bars that were only wanted to explain a split may go missing without a failure.
    else if (data !== 'bars' || mode === 'full') {
      const [forbidden] = lanes.forbidden(ask);
      const reason = forbidden ? 'plan_forbids' : 'no_provider';
      const detail = forbidden?.detail ?? lanes.whyNobody(ask);
      settled.push({ symbol, data, state: 'failed', reason, detail, nextRefreshAt: null });
    }
  }
}

/** Reuses the previous want's Date when it is equal: nearly all wants share one moment, and there may be a hundred thousand. */
const sameMoment = (last: Date | undefined, own: Date): Date => (last && Number(last) === Number(own) ? last : own);

/** The plan is committed, but its worker may have died before ringing, or in the middle of its head start. */
async function ringAgain(refresh: RefreshRecord, world: World): Promise<null> {
  await world.record.freeCall(refresh.id);
  if (refresh.open === 0 && refresh.calculates)
    await world.ring.follow(refresh.id, refresh.rank, {
      shares: sharesOf(refresh.total - refresh.fetches),
      traceparent: refresh.traceparent,
    });
  else await ringLanes(await world.record.waitingOf(refresh.id), refresh.rank, world);
  return null;
}

function loadsOf(wants: WantedItem[]): Load[] {
  const alike = Map.groupBy(wants, ({ class: assetClass, data }) => `${assetClass} ${data}`);
  return [...alike.values()].flatMap(([first, ...more]) =>
    first ? [{ class: first.class, data: first.data, symbols: 1 + more.length }] : [],
  );
}

function earliest(settled: SettledItem[]): Date | null {
  return settled.reduce<Date | null>(
    (first, { nextRefreshAt: at }) => (at && (!first || at < first) ? at : first),
    null,
  );
}
