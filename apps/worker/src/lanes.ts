import type { Lane, Lanes } from '@freshet/refresh';
import type { Redis } from '@freshet/runtime';
import type { OpenProviders } from './open-providers.ts';

/** Every tenth call of a lane goes to what has waited longest, whatever its class: nobody starves. */
const BY_AGE_EVERY = 10;
/** Longer than this, whoever waits in a parked lane goes elsewhere if anyone else can serve. */
const PATIENCE_MS = 15_000;

export interface WorkerLanes extends Lanes {
  /** Counts as planning while it runs: calls with room to spare wait a moment for what it will want. */
  whilePlanning<T>(work: () => Promise<T>): Promise<T>;
}

/** What may be asked of the lanes, over the providers that are on here. */
export function createLanes({
  providers,
  redis,
  prefix,
}: {
  providers: OpenProviders;
  redis: Redis;
  prefix: string;
}): WorkerLanes {
  let planning = 0;
  const byName = new Map(providers.all.map((settings) => [settings.provider.name, laneOf(settings.provider)]));
  return {
    of(name) {
      const lane = byName.get(name);
      if (!lane) throw new Error(`there is no provider ${name}`);
      return lane;
    },
    chain: ({ tried, ...wanted }) =>
      providers.watch.chain(
        wanted,
        tried.map(({ provider }) => provider),
      ),
    whyNobody: ({ tried, ...wanted }) =>
      providers.watch.whyNobody(
        wanted,
        tried.map(({ provider }) => provider),
      ),
    async byAge(lane) {
      const calls = await redis.incr(`${prefix}:calls:${lane}`);
      return calls % BY_AGE_EVERY === 0;
    },
    planning: () => planning > 0,
    patienceMs: PATIENCE_MS,
    async whilePlanning(work) {
      planning++;
      try {
        return await work();
      } finally {
        planning--;
      }
    },
  };
}

type LaneProvider = OpenProviders['all'][number]['provider'];

/** Data that a provider doesn't serve is asked of it alone, and refused by it. */
function laneOf(provider: LaneProvider): Lane {
  return {
    name: provider.name,
    batchBest: (data) => provider.serves[data]?.batchBest ?? 1,
    cost: (data, symbols) => provider.serves[data]?.cost(symbols) ?? 1,
  };
}
