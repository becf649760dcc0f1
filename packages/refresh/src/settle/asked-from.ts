import type { SessionDate } from '@freshet/market';
import { reachOf } from '../plan/missing-history.ts';
import type { Claim } from '../ports.ts';
import type { SettleContext } from './settling.ts';

/** A provider that gives one of these reasons will not have it the next time either. */
const NOT_THERE: ReadonlySet<string> = new Set(['no_data', 'unknown_symbol', 'plan_forbids']);

/**
 * The session from which on the history counts as asked for: as far back as this provider reaches, or a provider that answered that it has
 * nothing of the symbol. A provider that couldn't be asked now may have what lies before.
 */
export function askedFrom(claim: Claim, context: SettleContext): SessionDate | null {
  const { from, symbol, data, tried } = claim;
  if (!from || reach(context.lane, context) <= from) return from;
  const refused = [...tried, ...context.forbidden({ symbol, class: claim.class, data, tried })];
  const asked = refused.flatMap(({ provider, reason }) => (NOT_THERE.has(reason) ? [provider] : []));
  const [furthest = from] = [context.lane, ...asked].map((lane) => reach(lane, context)).toSorted();
  return furthest > from ? furthest : from;
}

const reach = (lane: string, { historyDays, now }: SettleContext) => reachOf(historyDays(lane), now);
