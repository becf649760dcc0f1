/** At most `limit` in any period of `perSeconds`. */
export interface Rate {
  limit: number;
  perSeconds: number;
}

const SECONDS = { s: 1, m: 60, min: 60, h: 3600, d: 86_400, day: 86_400, month: 30 * 86_400 } as const;

/** Reads `100/h`, `5/10s`, `8/min`, `800/day`, `10000/month`; null for anything else. A month counts as 30 days. */
export function parseRate(text: string): Rate | null {
  const found = /^(\d+)\s*\/\s*(\d+(?:\.\d+)?)?\s*(s|min|m|h|day|d|month)$/.exec(text.trim());
  if (!found) return null;
  const limit = Number(found[1]);
  const perSeconds = Number(found[2] ?? 1) * SECONDS[found[3] as keyof typeof SECONDS];
  return limit > 0 && perSeconds > 0 ? { limit, perSeconds } : null;
}

/** Reads a duration (`250ms`, `60s`, `10min`, `24h`) into milliseconds; null for anything else. */
export function parseDuration(text: string): number | null {
  const found = /^(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d|day)$/.exec(text.trim());
  if (!found) return null;
  const unit = found[2] === 'ms' ? 1 : SECONDS[found[2] as keyof typeof SECONDS] * 1000;
  return Math.round(Number(found[1]) * unit);
}
