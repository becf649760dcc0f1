import type { Accepted, CreationLimits, LimitState } from '@freshet/store';
import type { Principal } from '../access/principal.ts';
import type { ApiConfig } from '../api-config.ts';
import { limitHeaders } from '../http/limit-headers.ts';
import { Problem } from '../http/problem.ts';

/** How many refreshes a principal may start; null: without limit, for internal keys. */
export function limitsOf({ role }: Pick<Principal, 'role'>, limits: ApiConfig['limits']): CreationLimits | null {
  if (role === 'system') return null;
  const { limit, perSeconds } = limits[role];
  const isUser = role === 'user';
  return {
    perWindow: { limit, seconds: perSeconds },
    burst: isUser ? { limit: limits.burst.limit, seconds: limits.burst.perSeconds } : null,
    cooldownS: isUser ? limits.cooldownMs / 1_000 : null,
  };
}

/** Passes on an accepted refresh. @throws Problem rate_limited */
export function passed(accepted: Accepted): Accepted & { outcome: 'accepted' | 'joined' } {
  if (accepted.outcome !== 'limited') return accepted;
  const { violated, limits } = accepted;
  // The caller must wait for every limit that is used up, not only for the violated one.
  const waitS = Math.max(1, ...limits.filter(({ remaining }) => remaining <= 0).map(({ resetS }) => resetS));
  throw new Problem('rate_limited', {
    detail: sentence(violated, waitS),
    headers: { 'retry-after': String(waitS), ...limitHeaders(limits) },
    more: { violated: violated.name },
  });
}

function sentence({ name, limit, windowS }: LimitState, waitS: number): string {
  const again = `Try again in ${waitS} s.`;
  if (name === 'cooldown') return `You started the same refresh less than ${windowS} s ago. ${again}`;
  return `Your limit is ${limit} refreshes in ${windowS} s. ${again}`;
}
