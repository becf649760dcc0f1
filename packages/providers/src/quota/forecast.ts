/** The use of one quota window. */
export interface Pace {
  limit: number;
  used: number;
  /** Units used per minute at present. */
  perMinute: number;
  /** When the window resets; null for a sliding one. */
  resetsAt: Date | null;
  /** The window's length in seconds. A sliding window frees its limit once per length at most. */
  perSeconds: number;
}

/** `runsOutAt` is null when the quota lasts at the present pace. */
export interface Forecast {
  runsOutAt: Date | null;
  /** Whether the quota lasts until the reset; for a sliding window: for ever. */
  lasts: boolean;
  /** The factor for the pace so that the quota lasts until the reset: 1 keeps it, 0.5 halves it. */
  stretch: number;
}

/**
 * When a quota runs out at the present pace. In a sliding window, a pace of at most limit / length never runs out,
 * however full the window is; a faster pace runs out once the remaining units are used.
 */
export function forecast(pace: Pace, now: Date): Forecast {
  const remaining = Math.max(0, pace.limit - pace.used);
  const { perMinute } = pace;
  if (remaining === 0) return { runsOutAt: now, lasts: false, stretch: 0 };
  if (!(perMinute > 0)) return { runsOutAt: null, lasts: true, stretch: 1 };
  const minutes = remaining / perMinute;
  const runsOutAt = new Date(now.getTime() + minutes * 60_000);
  if (!pace.resetsAt) {
    const sustained = pace.limit / (pace.perSeconds / 60);
    const lasts = perMinute <= sustained;
    return { runsOutAt: lasts ? null : runsOutAt, lasts, stretch: Math.min(1, sustained / perMinute) };
  }
  const left = Math.max(0, (pace.resetsAt.getTime() - now.getTime()) / 60_000);
  const lasts = minutes >= left;
  return { runsOutAt: lasts ? null : runsOutAt, lasts, stretch: lasts ? 1 : minutes / left };
}
