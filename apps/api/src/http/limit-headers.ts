import type { LimitState } from '@freshet/store';

/** `RateLimit` and `RateLimit-Policy` of the IETF draft, for accepted and refused requests alike. */
export function limitHeaders(limits: readonly LimitState[]): Record<string, string> {
  if (limits.length === 0) return {};
  return {
    'ratelimit-policy': limits.map(({ name, limit, windowS }) => `"${name}";q=${limit};w=${windowS}`).join(', '),
    ratelimit: limits.map(({ name, remaining, resetS }) => `"${name}";r=${remaining};t=${resetS}`).join(', '),
  };
}
