import type { TriedProvider } from '@freshet/contracts';
import type { ChainAsk, Lanes } from './ports.ts';

/**
 * Who could be asked now for what a lane's provider, which isn't known to be well, was to be asked for: the first with more quota left
 * than what it has just been given for others.
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

/** Somebody else has room for it, should this lane's provider fail. */
export function isSpared(provider: string, ask: ChainAsk, lanes: Pick<Lanes, 'chain' | 'room'>): boolean {
  return spareOf(ask, { provider, reason: 'unavailable' }, lanes) !== undefined;
}
