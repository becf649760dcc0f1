import type { Estimate, RefreshTarget, TriedProvider } from './refresh.ts';
import {
  type FailureKind,
  isFinal,
  type RefreshKind,
  type RefreshMode,
  type RefreshStatus,
  type SkipReason,
  type Step,
} from './vocabulary.ts';

/** The row of a refresh. */
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
  userId: string | null;
  /** X-Request-Id of the request that started it. */
  requestId: string | null;
  /** The W3C trace of that request; workers continue it. */
  traceparent: string | null;
  acceptedAt: Date;
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

const TIMES = [
  ...(['acceptedAt', 'startedAt', 'landingSince'] as const),
  ...(['endedAt', 'changedAt', 'nextRefreshAt'] as const),
];

/** Reads the record of an ended refresh from JSON; null if it is not one. */
export function endedRecordFrom(json: unknown): RefreshRecord | null {
  if (typeof json !== 'object' || json === null) return null;
  const record = { ...json } as Record<string, unknown>;
  if (typeof record.id !== 'string' || typeof record.seq !== 'number') return null;
  if (!isFinal(record.status as RefreshStatus)) return null;
  for (const time of TIMES) {
    const text = record[time];
    if (text === null) continue;
    if (typeof text !== 'string' || Number.isNaN(Date.parse(text))) return null;
    record[time] = new Date(text);
  }
  return record as unknown as RefreshRecord;
}
