import type { Landed, World } from './ports.ts';
import { sharesOf } from './shares.ts';

/** Rings each lane once for every call that its wants need, at their rank; once less in the lane `started`, whose first call is under way. */
export async function ringLanes(
  waiting: Record<string, number>,
  rank: number | undefined,
  world: World,
  started?: string,
): Promise<void> {
  await Promise.all(
    Object.entries(waiting).map(([lane, wants]) => {
      const calls = callsFor(lane, wants, world) - (lane === started ? 1 : 0);
      return calls > 0 ? world.ring.lane(lane, calls, rank) : undefined;
    }),
  );
}

/**
 * Rings everything that follows from a commit. `relay: false` doesn't wake the event relay, which looks by itself within 50 ms.
 * If this process dies before it has rung, the sweeper rings.
 */
export async function ringFollowers(landed: Landed, world: World, { relay = true } = {}): Promise<void> {
  world.ring.changed(landed, { relay });
  // Logged with the ended refresh's own ids: the job that ended it may belong to another refresh.
  for (const { refreshId, requestId } of landed.ended)
    world.log.info({ refresh_id: refreshId, request_id: requestId ?? undefined }, 'a refresh ended');
  await Promise.all([
    ...landed.follow.map(({ refreshId, rank, calculations, traceparent }) =>
      world.ring.follow(refreshId, rank, { shares: sharesOf(calculations), traceparent }),
    ),
    ringPassedOn(landed.passedOn, world),
    landed.next.length > 0 ? world.ring.refreshes(landed.next) : undefined,
  ]);
}

/** Rings with the wants' own rank: a lane that is parked for less urgent wants may serve these. */
async function ringPassedOn(passedOn: Landed['passedOn'], world: World): Promise<void> {
  const lanes = Object.entries(passedOn);
  await Promise.all(lanes.map(([lane, { wants, rank }]) => ringLanes({ [lane]: wants }, rank, world)));
}

/** One call for every best batch. Ringing too often is harmless: a call that finds nothing ends at once. */
export function callsFor(lane: string, wants: number, world: { lanes: Pick<World['lanes'], 'of'> }): number {
  return Math.ceil(wants / Math.max(1, world.lanes.of(lane).batchBest('quote')));
}
