import type { UsageKey } from './usage.ts';

/** The Redis keys of one ledger, in the order that the scripts expect. */
export type LedgerKeys = readonly string[];

/** The keys of a ledger and of its windows: `{freshet}:quota:finnhub:3f2a…`, `…:flight`, `…:60s`, `…:60s:leavings`. */
export function ledgerKeys(prefix: string, { provider, keyHash }: UsageKey, windowIds: readonly string[]): LedgerKeys {
  const ledger = `${prefix}quota:${provider}:${keyHash}`;
  const windows = windowIds.flatMap((id) => [`${ledger}:${id}`, `${ledger}:${id}:leavings`, `${ledger}:${id}:weights`]);
  return [ledger, `${ledger}:flight`, `${ledger}:loads`, ...windows];
}
