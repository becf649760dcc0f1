import type { Accepted, CreationLimits, LimitState } from '@freshet/store';
import type { Principal } from '../access/principal.ts';
import type { ApiConfig } from '../api-config.ts';
import { limitHeaders } from '../http/limit-headers.ts';
import { Problem } from '../http/problem.ts';

/** How much a principal may create; null for internal ones, whom nothing limits. */
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

/** What came through its limits. @throws Problem rate_limited */
export function passed(accepted: Accepted): Accepted & { outcome: 'accepted' | 'joined' } {
  if (accepted.outcome !== 'limited') return accepted;
  const { violated, limits } = accepted;
  // Every limit that is used up must be free again, not only the one that was met first.
  const waitS = Math.max(1, ...limits.filter(({ remaining }) => remaining <= 0).map(({ resetS }) => resetS));
  throw new Problem('rate_limited', {
    detail: sentence(violated, waitS),
    headers: { 'retry-after': String(waitS), ...limitHeaders(limits) },
    more: { violated: violated.name },
  });
}

function sentence({ name, limit, windowS }: LimitState, waitS: number): string {
  const again = `Try again in ${waitS} s.`;
  if (name === 'cooldown') return `The same thing was refreshed less than ${windowS} s ago. ${again}`;
  return `More than ${limit} refreshes in ${windowS} s. ${again}`;
}
