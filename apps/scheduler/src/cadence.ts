import type { ScheduleSpec } from '@freshet/calendar';
import type { Cadence } from '@freshet/queue';

/** An after-close schedule's moments are the calendar's: it is rung every minute and asks what is due. */
const AFTER_CLOSE_EVERY_MS = 60_000;

/** How often BullMQ rings for a schedule. Ringing too often is harmless: what is due is decided by who is rung. */
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
