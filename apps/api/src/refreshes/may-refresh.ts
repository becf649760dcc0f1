import type { RefreshKind, RefreshTarget } from '@freshet/contracts';
import { groupSymbols, type Pool, watchlistOwner } from '@freshet/store';
import type { Principal } from '../access/principal.ts';
import { MOST_NAMED, OF_PORTFOLIOS, REFRESH_ACCESS } from '../access/roles.ts';
import { Problem } from '../http/problem.ts';

/** What is asked for, as far as rights go. */
export interface Wished {
  kind: RefreshKind;
  target: RefreshTarget;
  symbols: readonly string[] | undefined;
}

/** The watchlist that a body names: `default` is the one that is meant when none is named, and so the same refresh. */
export function watchlistNamed(id: string | undefined): string | undefined {
  return id === 'default' ? undefined : id;
}

/** Whose portfolios are meant where nobody is named: a user's own, for staff everybody's. */
export function targetOf({ role, userId }: Principal, kind: RefreshKind, target: RefreshTarget): RefreshTarget {
  const ownByDefault = role === 'user' && target.user_id === undefined && OF_PORTFOLIOS.includes(kind);
  return ownByDefault ? { ...target, user_id: userId } : target;
}

/** Whether a role refreshes what it names, and nothing else. */
export function mustName({ role }: Principal, kind: RefreshKind): boolean {
  return REFRESH_ACCESS[kind][role] === 'named';
}

/**
 * Holds a refresh against the table of roles.
 * @throws Problem forbidden; not_found for what belongs to somebody else, or to nobody
 */
export async function assertMayRefresh(pool: Pool, who: Principal, { kind, target, symbols }: Wished): Promise<void> {
  const reach = REFRESH_ACCESS[kind][who.role];
  if (reach === 'no') throw new Problem('forbidden', `Your role may not start a refresh of kind ${kind}.`);
  if (mustName(who, kind) && !(symbols && symbols.length > 0 && symbols.length <= MOST_NAMED)) {
    throw new Problem(
      'forbidden',
      `Your role refreshes 1 to ${MOST_NAMED} named symbols at once: name them in symbols.`,
    );
  }
  if (target.watchlist_id !== undefined) {
    const owner = await watchlistOwner(pool, target.watchlist_id);
    // The default watchlist belongs to everybody.
    if (!owner || (reach === 'own' && owner.userId !== null && owner.userId !== who.userId)) {
      throw new Problem('not_found', 'There is no such watchlist.');
    }
  }
  if (reach !== 'any' && OF_PORTFOLIOS.includes(kind) && target.user_id !== who.userId) throw new Problem('not_found');
}

/**
 * A group is an index, a sector or both, and has members: without either it would be everything there is.
 * @param at where in the body it stands
 * @throws Problem invalid_request
 */
export async function assertGroup(pool: Pool, { index, sector }: RefreshTarget, at = ''): Promise<void> {
  const named = [index, sector].filter((name) => name !== undefined);
  if (named.length > 0 && (await groupSymbols(pool, { index, sector })).length > 0) return;
  const detail = named.length > 0 ? `no asset belongs to ${named.join(' and ')}` : 'a group needs an index or a sector';
  throw new Problem('invalid_request', {
    detail: `${detail}; assets tells the names of indexes and sectors.`,
    errors: [{ pointer: `${at}${index === undefined ? '/sector' : '/index'}`, detail }],
  });
}
