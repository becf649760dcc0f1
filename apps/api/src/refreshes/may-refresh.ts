import type { RefreshBody, RefreshKind, RefreshTarget } from '@freshet/contracts';
import { groupSymbols, type Pool, watchlistOwner } from '@freshet/store';
import type { Principal } from '../access/principal.ts';
import { EMERGENCY, MOST_NAMED, OF_PORTFOLIOS, REFRESH_ACCESS } from '../access/roles.ts';
import { Problem } from '../http/problem.ts';

/** The parts of a request that rights depend on. */
export interface Wished {
  kind: RefreshKind;
  target: RefreshTarget;
  symbols: readonly string[] | undefined;
}

/** The watchlist that a body names. `default` means the same as none, so that both are the same refresh. */
export function watchlistNamed(id: string | undefined): string | undefined {
  return id === 'default' ? undefined : id;
}

/** Fills in whose portfolios are meant if no user is named: a user's own, everybody's for staff. */
export function targetOf({ role, userId }: Principal, kind: RefreshKind, target: RefreshTarget): RefreshTarget {
  const ownByDefault = role === 'user' && target.user_id === undefined && OF_PORTFOLIOS.includes(kind);
  return ownByDefault ? { ...target, user_id: userId } : target;
}

/** Whether a role must name the symbols of this kind of refresh. */
export function mustName({ role }: Principal, kind: RefreshKind): boolean {
  return REFRESH_ACCESS[kind][role] === 'named';
}

/** @throws Problem forbidden */
export function assertPriority({ role }: Principal, { priority }: Pick<RefreshBody, 'priority'>): void {
  if (priority !== 'emergency' || EMERGENCY.includes(role)) return;
  throw new Problem('forbidden', 'Only admins may use priority emergency. Leave the field out.');
}

/**
 * Checks a refresh against the table of roles.
 * @throws Problem forbidden; not_found for objects of other users, or that don't exist
 */
export async function assertMayRefresh(pool: Pool, who: Principal, { kind, target, symbols }: Wished): Promise<void> {
  const reach = REFRESH_ACCESS[kind][who.role];
  if (reach === 'no') throw new Problem('forbidden', `The role ${who.role} may not start a refresh of kind ${kind}.`);
  if (mustName(who, kind) && !(symbols && symbols.length > 0 && symbols.length <= MOST_NAMED)) {
    throw new Problem(
      'forbidden',
      `The role ${who.role} may refresh 1 to ${MOST_NAMED} named symbols at once. Name them in symbols.`,
    );
  }
  if (target.watchlist_id !== undefined) {
    const owner = await watchlistOwner(pool, target.watchlist_id);
    // Everybody may refresh the default watchlist, which has no owner.
    if (!owner || (reach === 'own' && owner.userId !== null && owner.userId !== who.userId)) {
      throw new Problem('not_found', 'There is no such watchlist.');
    }
  }
  if (reach !== 'any' && OF_PORTFOLIOS.includes(kind) && target.user_id !== who.userId) throw new Problem('not_found');
}

/**
 * Requires that a group names an index, a sector or both, and has members. Without either it would be all symbols.
 * @param at JSON pointer to the object that names them
 * @throws Problem invalid_request
 */
export async function assertGroup(pool: Pool, { index, sector }: RefreshTarget, at = ''): Promise<void> {
  const named = [index, sector].filter((name) => name !== undefined);
  if (named.length > 0 && (await groupSymbols(pool, { index, sector })).length > 0) return;
  const detail = named.length > 0 ? `no asset belongs to ${named.join(' and ')}` : 'a group needs an index or a sector';
  throw new Problem('invalid_request', {
    detail: `${detail}; GET /api/v1/assets shows the names of indexes and sectors.`,
    errors: [{ pointer: `${at}${index === undefined ? '/sector' : '/index'}`, detail }],
  });
}
