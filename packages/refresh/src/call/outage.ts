import type { TriedProvider } from '@freshet/contracts';
import type { ChainAsk, Lanes } from '../ports.ts';

/** Reasons that mean the provider failed, whatever it was asked for. */
const FAILED: ReadonlySet<string> = new Set(['unavailable', 'malformed']);

/** From so many failed providers on it is an outage. A single failure may be a hiccup, and providers that are shut now may be back in seconds. */
const NO_HICCUP = 2;

/** Whether several providers have failed for this want. */
export const isOutage = (tried: readonly TriedProvider[]): boolean =>
  tried.filter(({ reason }) => FAILED.has(reason)).length >= NO_HICCUP;

/**
 * The rest of the chain, when several providers have failed for the want, the last of them just now, and none of the rest may be asked
 * because each has just failed for other wants. Waiting for the probe of each in turn takes a minute; the last good price now is worth
 * more. Undefined: one of the rest can be asked, now or once it has quota again, or none is left.
 */
export function allShut(ask: ChainAsk, { chain, shutBecause }: Pick<Lanes, 'chain' | 'shutBecause'>) {
  if (!isOutage(ask.tried) || !FAILED.has(ask.tried.at(-1)?.reason ?? '')) return undefined;
  const left = chain(ask);
  const shut = left.flatMap((provider): TriedProvider[] => {
    const detail = shutBecause(provider);
    return detail === null ? [] : [{ provider, reason: 'unavailable', detail }];
  });
  return left.length > 0 && shut.length === left.length ? shut : undefined;
}
