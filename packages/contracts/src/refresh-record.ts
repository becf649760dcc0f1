import type { Estimate, RefreshTarget, TriedProvider } from './refresh.ts';
import type { FailureKind, RefreshKind, RefreshMode, RefreshStatus, SkipReason, Step } from './vocabulary.ts';

/** A refresh as its row has it. */
export interface RefreshRecord {
  id: string;
  kind: RefreshKind;
  mode: RefreshMode;
  target: RefreshTarget;
  symbols: string[] | null;
  maxAgeS: number | null;
  status: RefreshStatus;
  step: Step;
  rank: number;
  source: 'manual' | 'schedule' | 'trigger';
  role: string;
  keyId: string | null;
  userId: string | null;
  identity: string;
  reason: string | null;
  /** Of the request that asked for it. */
  requestId: string | null;
  acceptedAt: Date;
  deadlineAt: Date;
  startedAt: Date | null;
  /** When the first of its items landed. */
  landingSince: Date | null;
  endedAt: Date | null;
  changedAt: Date;
  seq: number;
  calculates: boolean;
  total: number;
  fetches: number;
  open: number;
  done: number;
  failed: number;
  prices: number;
  portfolios: number;
  metrics: number;
  calculated: number;
  skipped: Partial<Record<SkipReason, number>>;
  providerCalls: Record<string, number>;
  failures: ItemFailureRow[];
  endReason: string | null;
  nextRefreshAt: Date | null;
  estimate: Estimate | null;
}

export interface ItemFailureRow {
  symbol: string;
  kind: FailureKind;
  detail: string;
  chain: TriedProvider[];
  served: { source: string; fetched_at: string; delay_s: number } | null;
}
