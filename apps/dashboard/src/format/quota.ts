import type { ProviderStatus } from '@freshet/contracts';
import { formatAge, formatRelative } from './times.ts';

type Window = ProviderStatus['windows'][number];

/** When a window is spent or free again, in words. */
export function forecastSays({ forecast, resets_at, remaining, used }: Window, nowMs: number): string {
  if (remaining <= 0 && isOver(resets_at, nowMs)) return 'free again';
  if (remaining <= 0) return resets_at ? `spent, back ${formatRelative(resets_at, nowMs)}` : 'spent';
  if (forecast?.runs_out_at && !forecast.lasts) {
    return `runs out ${formatRelative(forecast.runs_out_at, nowMs)}`;
  }
  if (resets_at) return `resets ${formatRelative(resets_at, nowMs)}`;
  return used > 0 ? 'enough at this pace' : 'unused';
}

/** A short window may be over by the time that its picture is looked at. */
const isOver = (resetsAt: string | null | undefined, nowMs: number) =>
  resetsAt != null && Date.parse(resetsAt) <= nowMs;

/** `day`, `minute`, `5 min`: those without a name are called by their length. */
export function windowSays({ name, per_s }: Pick<Window, 'name' | 'per_s'>): string {
  return /\d/.test(name) ? formatAge(per_s) : name;
}

/** How worrying its use is. Short windows are there to be used up; a day or a month isn't. */
export function windowTone(
  { used, limit, per_s, forecast, resets_at }: Window,
  nowMs: number,
): 'low' | 'middle' | 'high' {
  const share = limit === 0 ? 1 : isOver(resets_at, nowMs) ? 0 : used / limit;
  if (per_s < 3_600) return share >= 1 ? 'middle' : 'low';
  if (share >= 0.9 || forecast?.lasts === false) return 'high';
  return share >= 0.7 ? 'middle' : 'low';
}
