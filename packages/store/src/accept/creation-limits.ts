import type { Client } from '../database/pool.ts';

/** What a principal may create: so many in so long, one scope once per cooldown, so many in a burst. */
export interface CreationLimits {
  perWindow: { limit: number; seconds: number } | null;
  burst: { limit: number; seconds: number } | null;
  cooldownS: number | null;
}

export interface LimitState {
  name: 'hour' | 'burst' | 'cooldown';
  limit: number;
  windowS: number;
  remaining: number;
  /** Seconds until one more is free. */
  resetS: number;
}

/** At least this many rows are read; more if a limit is higher. */
const ROWS = 10_000;

/** How much of each limit is left, from the rows that this principal created. */
export async function limitStates(
  client: Client,
  refresh: { userId: string | null; scope: string },
  limits: CreationLimits,
): Promise<LimitState[]> {
  const most = Math.max(ROWS, limits.perWindow?.limit ?? 0, limits.burst?.limit ?? 0);
  const { rows } = await client.query<{ agoS: number; scope: string }>(
    `select extract(epoch from clock_timestamp() - accepted_at)::float8 as "agoS", scope from refreshes
     where user_id = $1 and counted and accepted_at > clock_timestamp() - make_interval(secs => $2)
     order by accepted_at desc limit $3`,
    [refresh.userId, Math.max(limits.perWindow?.seconds ?? 0, limits.burst?.seconds ?? 0, limits.cooldownS ?? 0), most],
  );
  const states: LimitState[] = [];
  for (const [name, window] of [
    ['hour', limits.perWindow],
    ['burst', limits.burst],
  ] as const) {
    if (window)
      states.push(
        windowState(
          name,
          window,
          rows.map((row) => row.agoS),
        ),
      );
  }
  if (limits.cooldownS !== null) {
    const same = rows.filter((row) => row.scope === refresh.scope).map((row) => row.agoS);
    states.push(windowState('cooldown', { limit: 1, seconds: limits.cooldownS }, same));
  }
  return states;
}

/**
 * The limit after one more creation. If nothing was counted before, this creation is the one that has to leave the
 * window.
 */
export function oneFewer(state: LimitState): LimitState {
  return { ...state, remaining: Math.max(0, state.remaining - 1), resetS: state.resetS || Math.ceil(state.windowS) };
}

function windowState(
  name: LimitState['name'],
  window: { limit: number; seconds: number },
  agesS: number[],
): LimitState {
  const inside = agesS.filter((age) => age < window.seconds).sort((a, b) => b - a);
  const remaining = Math.max(0, window.limit - inside.length);
  // The next one is free when the oldest that still blocks it has left the window.
  const blocking = inside[Math.max(0, inside.length - window.limit)] ?? 0;
  const resetS = inside.length === 0 ? 0 : Math.ceil(window.seconds - blocking);
  return { name, limit: window.limit, windowS: window.seconds, remaining, resetS };
}
