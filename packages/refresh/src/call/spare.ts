import type { TriedProvider } from '@freshet/contracts';
import type { ChainAsk, Lanes } from '../ports.ts';

/**
 * The first other lane of the chain that has room for this want now, beyond what `given` says was just moved there. For wants of a lane
 * whose provider isn't known to be well.
 */
export function spareOf(
  ask: ChainAsk,
  because: TriedProvider,
  { chain, room }: Pick<Lanes, 'chain' | 'room'>,
  given?: ReadonlyMap<string, number>,
): string | undefined {
  const { symbol, class: assetClass, data, doubtful } = ask;
  const others = chain({ symbol, class: assetClass, data, doubtful, tried: [...ask.tried, because] });
  return others.find((name) => (room(name, data) ?? 0) > (given?.get(name) ?? 0));
}

/** Whether another lane has room for this want, should this lane's provider fail. */
export function isSpared(provider: string, ask: ChainAsk, lanes: Pick<Lanes, 'chain' | 'room'>): boolean {
  return spareOf(ask, { provider, reason: 'unavailable' }, lanes) !== undefined;
}
