/** What is known of one window's use. */
export interface Pace {
  limit: number;
  used: number;
  /** Units used per minute at present. */
  perMinute: number;
  /** When the window starts anew; null for one that slides. */
  resetsAt: Date | null;
  /** The window's length, in seconds: what was used leaves a sliding window at this pace at best. */
  perSeconds: number;
}

/** `runsOutAt` null: at the present pace it doesn't. */
export interface Forecast {
  runsOutAt: Date | null;
  /** Whether the quota lasts until the reset (or for ever, where it slides). */
  lasts: boolean;
  /** By how much the pace must shrink for the quota to last until the reset: 1 not at all, 0.5 to half of it. */
  stretch: number;
}

/**
 * When a quota runs out at the present pace. For a window that slides, use that is no faster than limit / length goes on
 * for ever, however full the window is; faster use runs out after what remains.
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
