import type { TriedProvider } from '@freshet/contracts';
import type { ChainAsk, Lanes } from './ports.ts';

/** The provider failed, which says nothing of what was asked. */
const FAILED: ReadonlySet<string> = new Set(['unavailable', 'malformed']);

/** One that fails may be a hiccup of its own, and those that may not be asked now are back within seconds perhaps. */
const NO_HICCUP = 2;

/** Several providers have failed for it. */
export const isOutage = (tried: readonly TriedProvider[]): boolean =>
  tried.filter(({ reason }) => FAILED.has(reason)).length >= NO_HICCUP;

/**
 * All who are left of the chain, when the last who was asked has failed, and another before it, and none of those who are left may be asked
 * now, because they have just failed for others. To wait for each one's probe in turn takes a minute: the last good price now is worth
 * more. Undefined: somebody may be asked, be it when there is quota again, or nobody is left.
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
