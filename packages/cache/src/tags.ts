/** The payload of a `cache_invalidation` event. */
export interface Invalidation {
  type: string;
  user_id: string | null;
  portfolio_id: string | null;
  operation: string;
}

/** The tags that a change invalidates: only the narrowest thing that it names. An answer carries all tags that apply to it. */
export function tagsOf({ type, user_id, portfolio_id }: Invalidation): string[] {
  if (portfolio_id !== null) return [`portfolio:${portfolio_id}`];
  if (user_id !== null) return [`user:${user_id}`];
  return [`type:${type}`];
}
