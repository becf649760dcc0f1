import { scheduleProblem, type ScheduleSpec, ticksDue } from '@freshet/calendar';
import { readSchedules, readSetting, type ScheduleRow } from '@freshet/store';
import { type Check, unseen } from './check.ts';

/** A tick fires within seconds; one that is this late has nobody to fire it. */
const LATE_MS = 60_000;

/** Schedules tick, and can. */
export const schedules: Check = {
  title: 'schedules tick',
  async look({ pool }) {
    if (!pool) return unseen('PostgreSQL');
    if (!(await readSetting(pool, 'scheduler_running', true))) {
      return { state: 'ok', detail: 'stopped on purpose; freshet schedules start lets them tick' };
    }
    const all = await readSchedules(pool);
    if (all.length === 0) {
      return {
        state: 'trouble',
        detail: 'there are none',
        todo: 'A scheduler makes them when it starts: npm run scheduler.',
      };
    }
    const enabled = all.filter((schedule) => schedule.enabled);
    const faults = enabled.flatMap(({ name, spec }) => {
      const problem = scheduleProblem(spec as ScheduleSpec);
      return problem === null ? [] : [{ name, problem }];
    });
    const late = enabled.filter((schedule) => !faults.some(({ name }) => name === schedule.name) && isLate(schedule));
    const troubles = [
      ...(late.length > 0 ? [`${late.map(({ name }) => name).join(', ')} should have ticked`] : []),
      ...faults.map(({ name, problem }) => `${name} can't be worked out: ${problem}`),
    ];
    if (troubles.length === 0) return { state: 'ok', detail: `${all.length} schedules, none is late` };
    const todos = [
      ...(late.length > 0
        ? ['No scheduler is alive, or it has lost the database: npm run scheduler, and see its log.']
        : []),
      ...(faults.length > 0 ? ['Correct its times with PUT /api/v1/scheduler/schedules/{name}.'] : []),
    ];
    return { state: 'trouble', detail: troubles.join('; '), todo: todos.join(' ') };
  },
};

/** Whether a tick was due long enough ago; one that has never ticked counts from when it was made, as the scheduler does. */
function isLate({ spec, dueSince }: ScheduleRow): boolean {
  const latest = new Date(Date.now() - LATE_MS);
  return ticksDue(spec as ScheduleSpec, dueSince, latest, 'run_once').length > 0;
}
