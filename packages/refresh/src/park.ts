import type { TriedProvider } from '@freshet/contracts';
import type { Job, StepOutcome } from './outcome.ts';
import type { CallRefusal, Elsewhere, Lane, World } from './ports.ts';
import { ringFollowers } from './rings.ts';

/**
 * Refused: the lane is parked. When that is for long or for trouble, those who can be served elsewhere now go, and the hopeless are told; the
 * others are looked at again before long, for by then there may be room elsewhere. Whoever hasn't been asked for yet, while the
 * provider is down for long and nobody else is up, is hopeless at once: the last good price now is worth more than a new one perhaps.
 * So is what this job keeps for its next attempt: each attempt would be a probe, and ten jobs' probes, ever further apart, took hours.
 */
export async function park(lane: Lane, job: Job, refusal: CallRefusal, world: World): Promise<StepOutcome> {
  const { patienceMs } = world.lanes;
  const troubled = refusal.kind === 'unavailable' || refusal.kind === 'bad_key';
  const isLong = refusal.retryInMs > patienceMs;
  if (troubled || isLong) {
    const until = new Date(world.now().getTime() + refusal.retryInMs);
    const why = { provider: lane.name, reason: refusal.kind, detail: refusal.because };
    const isDown = troubled && isLong;
    if (isDown && job.attempt > 1) await world.record.freeCall(job.id);
    const parked = { until, why, isDown };
    const landed = await world.record.clearParkedLane(lane.name, parked, (want, waiting) =>
      elsewhere({ ...want, tried: [...want.tried, why] }, waiting, world.lanes),
    );
    await ringFollowers(landed, world);
  }
  return { kind: 'parked', forMs: Math.min(refusal.retryInMs, patienceMs) };
}

/** The first of the chain whose quota has room for one more; those that are spent for long are nobody. */
function elsewhere(
  want: Parameters<World['lanes']['chain']>[0],
  waiting: ReadonlyMap<string, number>,
  lanes: World['lanes'],
): Elsewhere {
  const rooms = lanes.chain(want).map((name) => ({ name, room: lanes.room(name, want.data) }));
  const free = rooms.find(({ name, room }) => room !== null && room > (waiting.get(name) ?? 0));
  if (free) return { lane: free.name };
  if (rooms.some(({ room }) => room !== null)) return 'later';
  return { nobody: rooms.flatMap(({ name }) => downOf(name, lanes)) };
}

function downOf(provider: string, lanes: World['lanes']): TriedProvider[] {
  const detail = lanes.downBecause(provider);
  return detail === null ? [] : [{ provider, reason: 'unavailable', detail }];
}
