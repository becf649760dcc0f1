/** What a `cache_invalidation` event names. */
export interface Invalidation {
  type: string;
  user_id: string | null;
  portfolio_id: string | null;
  operation: string;
}

/** The tags that a change ends: only the narrowest thing that it names. Answers carry all of theirs. */
export function tagsOf({ type, user_id, portfolio_id }: Invalidation): string[] {
  if (portfolio_id !== null) return [`portfolio:${portfolio_id}`];
  if (user_id !== null) return [`user:${user_id}`];
  return [`type:${type}`];
}
