import type { DataKind } from '@freshet/contracts';
import { type ChainAsk, estimateCalls, type Lane, type Lanes, PATIENCE_MS } from '@freshet/refresh';
import type { OpenProviders } from './open-providers.ts';
import { createForbidden } from './forbidden.ts';
import { createSpoilers } from './spoilers.ts';

export interface WorkerLanes extends Lanes {
  /** Counts `work` as planning while it runs: calls with room to spare wait a moment for its wants. */
  whilePlanning<T>(work: () => Promise<T>): Promise<T>;
}

/** The heart's `Lanes` port over the providers that are on in this worker. */
export function createLanes(providers: OpenProviders): WorkerLanes {
  let planning = 0;
  const spoilers = createSpoilers();
  const forbidden = createForbidden();
  /** The chain by the providers' states, split by what this worker knows their plans forbid. */
  const sorted = ({ tried, ...wanted }: ChainAsk) => {
    const known = tried.map(({ provider }) => provider);
    return forbidden.sort(providers.watch.chain(wanted, known), wanted.symbol, wanted.data);
  };
  /** This lane hasn't refused the symbol before. */
  const takes = (lane: string, { symbol, data }: ChainAsk) =>
    forbidden.sort([lane], symbol, data).closed.length === 0 && spoilers.last([lane, ''], symbol, data)[0] === lane;
  const byName = new Map(providers.all.map((settings) => [settings.provider.name, laneOf(settings.provider)]));
  const reach = new Map(providers.all.map(({ provider: { name, serves } }) => [name, historyDaysOf(serves.bars)]));
  const lanes: WorkerLanes = {
    of(name) {
      const lane = byName.get(name);
      if (!lane) throw new Error(`there is no provider ${name}`);
      return lane;
    },
    chain: (ask) => spoilers.last(sorted(ask).open, ask.symbol, ask.data),
    unproven: () => providers.watch.unproven(),
    isUnwell: (lane) => providers.watch.isUnwell(lane),
    wouldBeFirst: (lane, wanted) => providers.watch.unprovenFor(wanted) === lane && takes(lane, wanted),
    couldProve: (lane, wanted) => providers.watch.couldProve(lane, wanted) && takes(lane, wanted),
    mayTry: (lane, first) => providers.mayTry(lane, first),
    forbids: (lane, symbol, data, detail) => forbidden.note(lane, symbol, data, detail),
    forbidden: (ask) => sorted(ask).closed,
    historyDays: (lane) => reach.get(lane) ?? 0,
    spoils: (lane, symbol, data) => spoilers.note(lane, symbol, data),
    whyNobody: ({ tried, ...wanted }) =>
      providers.watch.whyNobody(
        wanted,
        tried.map(({ provider }) => provider),
      ),
    estimate: (loads, calculations, ahead, priority) =>
      estimateCalls(loads, providers.watch.statuses(), new Date(), calculations, ahead, priority),
    room(name, data) {
      const room = providers.watch.room(name);
      return room && symbolsIn(room, lanes.of(name), data);
    },
    downBecause: providers.watch.downBecause,
    shutBecause: providers.watch.shutBecause,
    planning: () => planning,
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
  return lanes;
}

/** How many symbols these calls and cost units pay for, in the best batches. */
function symbolsIn({ calls, units }: { calls: number; units: number }, lane: Lane, data: DataKind): number {
  const batch = lane.batchBest(data);
  const batches = Math.min(calls, Math.floor(units / lane.cost(data, batch)));
  if (batches > 0) return batches * batch;
  let symbols = calls > 0 ? batch - 1 : 0;
  while (symbols > 0 && lane.cost(data, symbols) > units) symbols--;
  return symbols;
}

type LaneProvider = OpenProviders['all'][number]['provider'];

const historyDaysOf = (bars: LaneProvider['serves']['bars']) => (bars ? (bars.historyDays ?? Infinity) : 0);

/** Data that a provider doesn't serve counts as batches of one, at a cost of one. */
function laneOf(provider: LaneProvider): Lane {
  return {
    name: provider.name,
    batchBest: (data) => provider.serves[data]?.batchBest ?? 1,
    cost: (data, symbols) => provider.serves[data]?.cost(symbols) ?? 1,
  };
}
