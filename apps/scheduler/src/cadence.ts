import type { ScheduleSpec } from '@freshet/calendar';
import type { Cadence } from '@freshet/queue';

/** An after-close schedule depends on the calendar, so it is rung every minute and works out what is due. */
const AFTER_CLOSE_EVERY_MS = 60_000;

/** How often BullMQ rings for a schedule. Ringing too often is harmless, because the consumer works out what is due. */
export function cadenceOf(spec: ScheduleSpec): Cadence {
  switch (spec.kind) {
    case 'every':
      return { everyMs: spec.seconds * 1_000 };
    case 'cron':
      return { cron: spec.pattern, zone: spec.zone };
    case 'after_close':
      return { everyMs: AFTER_CLOSE_EVERY_MS };
  }
}
