import type { CallLog, LoggedCall } from '../call-log.ts';
import type { Limits } from './limits.ts';
import { mostInWindow } from './most-in-window.ts';

/** The use of one window by one account. */
export interface WindowSummary {
  limit: number;
  per_seconds: number;
  counts: 'calls' | 'cost';
  /** `slides`, `clock`, `day` or `month`: how it starts anew. */
  resets: string;
  used: number;
  /** The most that any window of this length held, found in the log. */
  most: number;
}

export interface ProviderSummary {
  provider: string;
  calls: number;
  /** Calls that the provider's limits forbade. */
  over_limit: number;
  refused: number;
  cost: number;
  symbols: number;
  by_endpoint: Record<string, number>;
  by_status: Record<string, number>;
  accounts: { account: string | null; windows: WindowSummary[] }[];
}

/** Counts up the calls of every provider that was called; `rulesName` is its name among the limits. */
export function summaryOf(
  log: CallLog,
  limits: Limits,
  rulesName: (provider: string) => string,
  nowMs: number,
): ProviderSummary[] {
  return log.providers().map((provider) => {
    const calls = [...log.calls({ provider })];
    const { violations, ...totals } = log.totals(provider);
    const accounts = Map.groupBy(calls, (call) => call.account);
    return {
      provider,
      ...totals,
      over_limit: violations,
      by_endpoint: counted(calls, (call) => call.endpoint),
      by_status: counted(calls, (call) => String(call.status)),
      accounts: [...accounts].map(([account, ofAccount]) => ({
        account,
        windows: windowsOf(ofAccount, rulesName(provider), limits, nowMs),
      })),
    };
  });
}

function windowsOf(calls: LoggedCall[], rulesName: string, limits: Limits, nowMs: number): WindowSummary[] {
  return limits.windows(rulesName).map((window) => ({
    limit: window.limit,
    per_seconds: window.perSeconds,
    counts: window.counts ?? 'calls',
    resets: window.resets?.every ?? (window.byTheClock ? 'clock' : 'slides'),
    used:
      limits
        .account(rulesName, calls[0]?.account ?? null)
        .windows(nowMs)
        .find((one) => one.perSeconds === window.perSeconds)?.used ?? 0,
    most: mostInWindow(calls, window),
  }));
}

function counted(calls: LoggedCall[], by: (call: LoggedCall) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const call of calls) counts[by(call)] = (counts[by(call)] ?? 0) + 1;
  return counts;
}
