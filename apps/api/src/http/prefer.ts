const LONGEST_S = 60;

/** Seconds to wait by `Prefer: wait=N` (RFC 7240), at most 60; null without a readable one. */
export function preferredWait(header: string | string[] | undefined): number | null {
  if (header === undefined) return null;
  const text = Array.isArray(header) ? header.join(',') : header;
  const found = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,9})"?\s*(?:[,;]|$)/i.exec(text.slice(0, 1_000));
  return found ? Math.min(LONGEST_S, Number(found[1])) : null;
}
