import { type MissedTicks, type ScheduleSpec, ticksDue } from '@freshet/calendar';
import { readSchedules, readSetting } from '@freshet/store';
import { type Check, unseen } from './check.ts';

/** A tick fires within seconds; one that is this late has nobody to fire it. */
const LATE_MS = 60_000;

/** Schedules tick. */
export const schedules: Check = {
  title: 'schedules tick',
  async look({ pool }) {
    if (!pool) return unseen('PostgreSQL');
    if (!(await readSetting(pool, 'scheduler_running', true))) {
      return { state: 'ok', detail: 'stopped on purpose; freshet schedules start lets them tick' };
    }
    const all = await readSchedules(pool);
    const since = new Date(Date.now() - LATE_MS);
    const late = all.filter(
      ({ enabled, lastTick, spec }) =>
        enabled &&
        lastTick &&
        ticksDue(spec as ScheduleSpec, lastTick, since, 'run_once' satisfies MissedTicks).length > 0,
    );
    if (all.length === 0) {
      return {
        state: 'trouble',
        detail: 'there are none',
        todo: 'A scheduler makes them when it starts: npm run scheduler.',
      };
    }
    if (late.length === 0) return { state: 'ok', detail: `${all.length} schedules, none is late` };
    return {
      state: 'trouble',
      detail: `${late.map(({ name }) => name).join(', ')} should have ticked`,
      todo: 'No scheduler is alive, or it has lost the database: npm run scheduler, and see its log.',
    };
  },
};
