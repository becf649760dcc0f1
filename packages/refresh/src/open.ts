import { createHash } from 'node:crypto';
import { DEFAULT_DEADLINE_S, PRIORITIES, PRIORITY_OF_ROLE, identityOf, scopeOf } from '@freshet/contracts';
import type { RefreshBody, RefreshKind, RefreshRequest, RefreshTarget, Role } from '@freshet/contracts';

/** The whole request that a body stands for, with the defaults filled in. */
export function requestOf(
  kind: RefreshKind,
  target: RefreshTarget,
  body: RefreshBody,
  asker: { role: Role; callbackEndpoint?: string | null },
): RefreshRequest {
  return {
    kind,
    mode: body.mode ?? 'smart',
    target,
    symbols: body.symbols ? [...new Set(body.symbols)].sort() : null,
    maxAgeS: body.force_refresh ? 0 : (body.max_age_s ?? null),
    priority: body.priority ?? PRIORITY_OF_ROLE[asker.role],
    deadlineS: body.deadline_s ?? DEFAULT_DEADLINE_S,
    reason: body.reason ?? null,
    callbackEndpoint: asker.callbackEndpoint ?? null,
  };
}

/**
 * The columns that follow from the request alone. The identity is a digest, because an index entry holds 2.7 kB at most, and five hundred
 * symbols are more than that.
 */
export function openingOf(request: RefreshRequest): { identity: string; scope: string; rank: number } {
  const identity = createHash('sha256').update(identityOf(request)).digest('base64url');
  return { identity, scope: scopeOf(request), rank: PRIORITIES[request.priority] };
}
