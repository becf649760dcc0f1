import type { Provider, Reading } from '../provider.ts';
import type { Ledger } from '../quota/ledger.ts';

/** How long a provider that says only that it was too much is left alone, and one whose quota is spent until nobody knows when. */
const TOO_MUCH_MS = 60_000;
const SPENT_MS = 3_600_000;

/** Parks the provider where an answer says that it wants no calls for a while: until it says, or until its next reset. */
export async function parkBy(
  reading: Reading,
  { name, coolDownMs = TOO_MUCH_MS }: Pick<Provider, 'name' | 'coolDownMs'>,
  ledger: Ledger,
): Promise<void> {
  for (const { symbol, kind, retryAfterMs, detail } of reading.errors) {
    if (kind === 'rate_limited') await ledger.park(name, retryAfterMs ?? coolDownMs, detail);
    else if (kind === 'quota_spent') {
      await ledger.park(name, retryAfterMs ?? (await untilReset(name, ledger)), detail);
    } else if (kind === 'unavailable' && symbol === null && retryAfterMs !== null) {
      await ledger.park(name, retryAfterMs, detail);
    }
  }
}

async function untilReset(provider: string, ledger: Ledger): Promise<number> {
  const { windows } = await ledger.look(provider);
  const resets = windows.flatMap(({ resets, resetsAt }) => (resets && resetsAt ? [resetsAt.getTime()] : []));
  const next = Math.min(...resets) - Date.now();
  return Number.isFinite(next) && next > 0 ? next : SPENT_MS;
}
