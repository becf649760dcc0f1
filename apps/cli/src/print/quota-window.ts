import type { ProviderStatus } from '@freshet/contracts';
import { ago, duration } from './words.ts';

type Window = Pick<
  ProviderStatus['windows'][number],
  'name' | 'per_s' | 'remaining' | 'limit' | 'resets_at' | 'forecast'
>;

/** What is left of a quota window: `day 171/250 (runs out in 9 min)`, `minute 0/8 (spent, back in 12 s)`. */
export function windowText({ name, per_s, remaining, limit, resets_at, forecast }: Window, now = Date.now()): string {
  const left = `${/\d/.test(name) ? duration(per_s) : name} ${Math.floor(remaining)}/${limit}`;
  const isAhead = (time: string | null | undefined): time is string => time != null && Date.parse(time) > now;
  if (remaining < 1) return isAhead(resets_at) ? `${left} (spent, back ${ago(resets_at, now)})` : left;
  const runsOut = forecast && !forecast.lasts && isAhead(forecast.runs_out_at) ? forecast.runs_out_at : null;
  return runsOut ? `${left} (runs out ${ago(runsOut, now)})` : left;
}
