import type { ScheduleView } from '@freshet/contracts/api';
import { formatAge } from './times.ts';

/** When a schedule ticks, in words. */
export function specSays(spec: ScheduleView['spec']): string {
  switch (spec.kind) {
    case 'every':
      return `every ${formatAge(spec.seconds)}`;
    case 'cron':
      return `${spec.pattern}, ${spec.zone}`;
    case 'after_close':
      return `${spec.minutes} min after the close of ${spec.exchanges.join(', ')}`;
  }
}
