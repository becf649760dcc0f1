import type { Provider, Reading } from '../provider.ts';
import type { Ledger } from '../quota/ledger.ts';

/** Park times where the provider doesn't say how long: after a rate limit, and after a spent quota of unknown reset. */
const TOO_MUCH_MS = 60_000;
const SPENT_MS = 3_600_000;

/**
 * Parks the provider when an answer asks for a pause: for as long as it says, or until the next reset. Returns how long
 * and why; null when no pause was asked for.
 */
export async function parkBy(
  reading: Reading,
  { name, coolDownMs = TOO_MUCH_MS }: Pick<Provider, 'name' | 'coolDownMs'>,
  ledger: Ledger,
): Promise<{ forMs: number; why: string } | null> {
  let parked: { forMs: number; why: string } | null = null;
  for (const { symbol, kind, retryAfterMs, detail } of reading.errors) {
    const parks =
      kind === 'rate_limited' || kind === 'quota_spent' || (kind === 'unavailable' && !symbol && retryAfterMs !== null);
    if (!parks) continue;
    const forMs = retryAfterMs ?? (kind === 'quota_spent' ? await untilReset(name, ledger) : coolDownMs);
    await ledger.park(name, forMs, detail, kind);
    if (!parked || forMs > parked.forMs) parked = { forMs, why: detail };
  }
  return parked;
}

async function untilReset(provider: string, ledger: Ledger): Promise<number> {
  const { windows } = await ledger.look(provider);
  const resets = windows.flatMap(({ resets, resetsAt }) => (resets && resetsAt ? [resetsAt.getTime()] : []));
  const next = Math.min(...resets) - Date.now();
  return Number.isFinite(next) && next > 0 ? next : SPENT_MS;
}
