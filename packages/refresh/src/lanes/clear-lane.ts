import type { TriedProvider } from '@freshet/contracts';
import { allShut, isOutage } from '../call/outage.ts';
import type { ClosedLane, Elsewhere, World } from '../ports.ts';
import { ringFollowers } from '../rings.ts';

/** Moves the wants of a closed lane to providers that can serve them now, and settles those that none can serve in time. */
export async function clearLane(name: string, closed: ClosedLane, world: World): Promise<void> {
  const { lanes, record } = world;
  const landed = await record.clearParkedLane(name, closed, (want, waiting) =>
    elsewhere({ ...want, tried: [...want.tried, closed.why] }, closed, waiting, lanes),
  );
  await ringFollowers(landed, world);
}

/**
 * The first lane of the want's chain with room for one more. Lanes whose quota is spent for long don't count. Nor do lanes whose provider
 * has just failed as well, once other providers have failed for the want.
 */
function elsewhere(
  want: Parameters<World['lanes']['chain']>[0],
  { isDown, isUnproven = false }: ClosedLane,
  waiting: ReadonlyMap<string, number>,
  lanes: World['lanes'],
): Elsewhere {
  const rooms = lanes.chain(want).map((name) => ({ name, room: lanes.room(name, want.data) }));
  const free = rooms.find(({ name, room }) => room !== null && room > (waiting.get(name) ?? 0));
  if (free) return { lane: free.name };
  const shut = isDown ? allShut(want, lanes) : undefined;
  if (shut) return { nobody: shut };
  if (rooms.some(({ room }) => room !== null)) return 'later';
  return { nobody: rooms.flatMap(({ name }) => downOf(name, lanes)), atOnce: isUnproven && isOutage(want.tried) };
}

function downOf(provider: string, lanes: World['lanes']): TriedProvider[] {
  const detail = lanes.downBecause(provider);
  return detail === null ? [] : [{ provider, reason: 'unavailable', detail }];
}
