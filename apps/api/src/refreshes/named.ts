import type { RefreshBody, RefreshKind, RefreshTarget } from '@freshet/contracts';
import { type Pool, userExists } from '@freshet/store';
import type { Principal } from '../access/principal.ts';
import { OF_PORTFOLIOS } from '../access/roles.ts';
import { Problem } from '../http/problem.ts';
import { canonicalSector } from '../market/sectors.ts';
import { assertGroup, assertMayRefresh, targetOf, watchlistNamed } from './may-refresh.ts';

/** A body that names kind and target of a refresh in its fields: of an estimate, or of a trigger. */
export interface Named {
  kind: RefreshKind;
  symbols?: RefreshBody['symbols'];
  user_id?: string;
  watchlist_id?: string;
  index?: string;
  sector?: string;
}

/** The kinds that a field belongs to. With another kind it would be ignored, and the refresh would be one of all symbols. */
const KINDS_WITH = {
  user_id: OF_PORTFOLIOS,
  watchlist_id: ['watchlist'],
  index: ['group'],
  sector: ['group'],
} satisfies { [Field in keyof Named]?: readonly RefreshKind[] };

/** What it is about, in the words of the refresh that it would start. */
export function namedTarget(who: Principal, { kind, user_id, watchlist_id, index, sector }: Named): RefreshTarget {
  return targetOf(who, kind, {
    user_id: user_id === 'me' ? who.userId : user_id,
    watchlist_id: watchlistNamed(watchlist_id),
    index,
    sector: sector === undefined ? undefined : canonicalSector(sector),
  });
}

/**
 * Checks that its refresh is allowed and is about something. @param at JSON pointer to it
 * @throws Problem forbidden, not_found, invalid_request
 */
export async function assertNamed(pool: Pool, who: Principal, named: Named, at = ''): Promise<void> {
  const { kind, symbols } = named;
  const target = namedTarget(who, named);
  await assertMayRefresh(pool, who, { kind, target, symbols });
  assertFits(named, at);
  if (kind === 'group') await assertGroup(pool, target, at);
  if (target.user_id !== undefined && target.user_id !== who.userId && !(await userExists(pool, target.user_id))) {
    throw new Problem('not_found', 'There is no such user.');
  }
}

function assertFits(named: Named, at: string): void {
  const { kind, symbols } = named;
  const errors = (Object.keys(KINDS_WITH) as (keyof typeof KINDS_WITH)[])
    .filter((field) => named[field] !== undefined && !(KINDS_WITH[field] as readonly RefreshKind[]).includes(kind))
    .map((field) => ({
      pointer: `${at}/${field}`,
      detail: `belongs to the kind ${KINDS_WITH[field].join(', ')}, not to ${kind}`,
    }));
  if (kind === 'symbols' && !symbols) {
    errors.push({ pointer: `${at}/symbols`, detail: 'a refresh of kind symbols names them' });
  }
  if (errors[0]) throw new Problem('invalid_request', { detail: `${errors[0].pointer}: ${errors[0].detail}.`, errors });
}
