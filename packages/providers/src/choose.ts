import type { DataKind } from '@freshet/contracts';
import type { AssetClass, MarketSymbol } from '@freshet/market';
import { PREFERENCE } from './preference.ts';
import type { Provider } from './provider.ts';

/** What is wanted of somebody. */
export interface Wanted {
  class: AssetClass;
  data: DataKind;
  symbol: MarketSymbol;
  /** Nobody has ever priced it and those who were asked don't know it: calls that are scarce aren't spent on it. */
  doubtful?: boolean;
}

/** What is known of a provider at this moment. */
export interface Standing {
  enabled: boolean;
  breaker: 'closed' | 'half_open' | 'open' | 'off';
  /** Share of good answers, 0..1; null before the first. */
  reliability: number | null;
  /** Units that could be spent now or within the minute; 0 when a day is spent or it is parked for longer. */
  quotaLeft: number;
  /** It wants no calls at this moment, be it only for a few seconds. */
  parked?: boolean;
  /** It allows few calls a day. */
  scarce?: boolean;
}

/** Below this share of good answers a provider comes after those that work. */
const LIMPING = 0.5;

/**
 * The providers to ask for something, best first, without those that were tried: by preference among those that work
 * and have quota left; then those that limp, those whose quota is spent, and those that fail now. Those that are off,
 * have had their key refused, don't serve it or don't take the symbol are left out, and so are those with few calls a day
 * for a doubtful symbol. Empty: nobody can.
 */
export function chainFor(wanted: Wanted, known: Choice): string[] {
  return inOrder(wanted, known, tierOf);
}

/** Whom one may choose from. */
interface Choice {
  providers: readonly Provider[];
  standing: (name: string) => Standing;
  tried: readonly string[];
}

/**
 * The provider that would be first, were it known to be well again, and isn't: it comes after all others that have quota left, so nothing
 * would show that it answers until theirs is spent. One want at a time may try. Null mostly.
 */
export function unprovenFor(wanted: Wanted, known: Choice): string | null {
  const [first] = inOrder(wanted, known, (standing) => (isUnproven(standing) ? 0 : tierOf(standing)));
  return first !== undefined && isUnproven(known.standing(first)) ? first : null;
}

/**
 * The answer to this would show whether it is well again, though others would be asked before it: only where that closes its breaker, and not
 * of its few calls a day.
 */
export function couldProve(name: string, wanted: Wanted, known: Omit<Choice, 'tried'>): boolean {
  const standing = known.standing(name);
  if (standing.breaker !== 'half_open' || standing.scarce || !isUnproven(standing)) return false;
  return known.providers.some((provider) => provider.name === name && serves(provider, wanted));
}

/** It has failed, may be asked again at this moment, and has quota for it. */
export function isUnproven(standing: Standing): boolean {
  return tierOf(standing) === 1 && !standing.parked;
}

/** It has failed and isn't known to be well again: whoever has somebody else isn't kept waiting for it. */
export function isUnwell({ breaker, reliability }: Standing): boolean {
  return breaker !== 'closed' || (reliability !== null && reliability < LIMPING);
}

function inOrder(wanted: Wanted, known: Choice, tierOf: (standing: Standing) => number | null): string[] {
  const preferred = PREFERENCE[wanted.data][wanted.class];
  const place = (name: string) => (preferred.includes(name) ? preferred.indexOf(name) : preferred.length);
  return known.providers
    .filter((provider) => !known.tried.includes(provider.name) && serves(provider, wanted))
    .map(({ name }) => ({ name, standing: known.standing(name) }))
    .filter(({ standing }) => !(wanted.doubtful && standing.scarce))
    .map(({ name, standing }) => ({ name, tier: tierOf(standing) }))
    .filter((one): one is { name: string; tier: number } => one.tier !== null)
    .sort((one, other) => one.tier - other.tier || place(one.name) - place(other.name))
    .map(({ name }) => name);
}

/** Whether a provider's endpoints have what is wanted at all. */
export function serves(provider: Provider, { class: assetClass, data, symbol }: Wanted): boolean {
  const endpoint = provider.serves[data];
  return endpoint !== undefined && endpoint.classes.includes(assetClass) && endpoint.accepts?.(symbol) !== false;
}

/** 0 is best; null is never. */
function tierOf(standing: Standing): number | null {
  const { enabled, breaker, quotaLeft } = standing;
  if (!enabled || breaker === 'off') return null;
  if (breaker === 'open') return 3;
  if (quotaLeft <= 0) return 2;
  return isUnwell(standing) ? 1 : 0;
}

/** Why nobody can be asked, in one sentence for people. */
export function whyNobody(
  wanted: Wanted,
  known: { providers: readonly Provider[]; why: (name: string) => string | null; tried: readonly string[] },
): string {
  const able = known.providers.filter((provider) => serves(provider, wanted));
  const what = `${wanted.data} of ${wanted.class === 'equity' ? 'equities' : wanted.class}`;
  if (able.length === 0) return `No provider serves ${what}.`;
  const untried = able.filter(({ name }) => !known.tried.includes(name));
  if (untried.length === 0) return `All who serve ${what} were asked.`;
  const reasons = untried.map(({ name, title }) => known.why(name) ?? `${title} is not asked now.`);
  return `Nobody can be asked for ${what}: ${reasons.slice(0, 4).join(' ')}`;
}

/** The place of a provider in the chain of each class that it serves, 0 first: for those who only know its status. */
export function preferenceOf(provider: Provider): Partial<Record<AssetClass, number>> {
  const classes = new Set(Object.values(provider.serves).flatMap((endpoint) => endpoint.classes));
  return Object.fromEntries(
    [...classes].map((assetClass) => {
      const chain = PREFERENCE.quote[assetClass];
      const place = chain.indexOf(provider.name);
      return [assetClass, place < 0 ? chain.length : place];
    }),
  );
}
