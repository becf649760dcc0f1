import type { ScheduleView } from '@freshet/contracts/api';
import { formatAge } from './times.ts';

const DAYS = ['Sundays', 'Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays'];

/** When a schedule ticks, in words. */
export function specSays(spec: ScheduleView['spec']): string {
  switch (spec.kind) {
    case 'every':
      return `every ${formatAge(spec.seconds)}`;
    case 'cron':
      return `${patternSays(spec.pattern)}, ${spec.zone.replaceAll('_', ' ')}`;
    case 'after_close':
      return `${spec.minutes} min after each close`;
  }
}

/** The usual patterns in words, the others as they are. */
function patternSays(pattern: string): string {
  const [minute = '', hour = '', ...days] = pattern.split(' ');
  const [dayOfMonth, month, weekday = ''] = days;
  if (!/^\d+$/.test(minute) || dayOfMonth !== '*' || month !== '*') return pattern;
  if (hour === '*' && weekday === '*') return `minute ${minute} of every hour`;
  if (!/^\d+$/.test(hour)) return pattern;
  const time = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  if (weekday === '*') return `${time} every day`;
  return /^[0-6]$/.test(weekday) ? `${DAYS[Number(weekday)]} ${time}` : pattern;
}
