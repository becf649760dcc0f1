import { type MissedTicks, type ScheduleSpec, ticksDue } from '@freshet/calendar';
import { ProviderStatus, type ScheduleName } from '@freshet/contracts';
import { currentTrace, type Logger, troubleOf, withSpan } from '@freshet/runtime';
import { done, type Outcome, type Producer } from '@freshet/queue';
import { type Appointment, openingOf, requestOf, spaced, type Stretch, stretchesOf, timetable } from '@freshet/refresh';
import {
  fireTick,
  isAway,
  markTick,
  markRung,
  newId,
  type Pool,
  readProviderStatus,
  readSchedules,
  readSetting,
  type ScheduleRow,
  watchedSymbols,
} from '@freshet/store';

export interface TickContext {
  pool: Pool;
  producer: Pick<Producer, 'ringRefreshes' | 'ringMaintenance'>;
  log: Logger;
  /** The symbols that clients stream. */
  streamed(): Promise<string[]>;
  /** By the database's clock, so that schedulers whose clocks differ agree on what is due. */
  now(): Promise<Date>;
}

const UNREADABLE = 'the due ticks of a schedule could not be worked out; correct its times';
const UNFIRED = 'the due ticks of a schedule could not be fired; tried again in 5 s';

/**
 * Fires all due ticks of one schedule, or of all schedules when none is named. Which ticks are due since the last recorded one is a pure
 * function of schedule and calendar. Recording a tick and opening its refresh is one commit, so each tick fires once in spite of lost or
 * doubled rings, a second scheduler, or a restart. A schedule that is stretched (to save quota) leaves ticks out; those are not due.
 */
export async function fireDue(context: TickContext, only?: string): Promise<void> {
  if (!(await readSetting(context.pool, 'scheduler_running', true))) return;
  const now = await context.now();
  const [schedules, statuses] = await Promise.all([readSchedules(context.pool, now), readProviderStatus(context.pool)]);
  const providers = statuses.flatMap(({ status }) => ProviderStatus.safeParse(status).data ?? []);
  const stretches = stretchesOf(schedules, providers, now);
  for (const schedule of schedules) {
    if (!schedule.enabled || (only !== undefined && schedule.name !== only) || !(schedule.name in timetable)) continue;
    try {
      await fireSchedule(schedule, stretches.get(schedule.name), now, context);
    } catch (error) {
      // One bad schedule (a zone that doesn't exist, for example) must not stop the others.
      const text = error instanceof RangeError ? UNREADABLE : UNFIRED;
      troubleOf(context.log).met(error, text, { schedule: schedule.name });
    }
  }
}

/**
 * Handles a ring of one schedule. A ring that finds the database away does not fail: its ticks stay due, and the scheduler checks again
 * every 5 s. A failure would, after three attempts, leave the job in the failed set for a week and keep an alert open for as long.
 */
export async function answerRing(context: TickContext, schedule: string): Promise<Outcome> {
  try {
    await fireDue(context, schedule);
  } catch (error) {
    if (!isAway(error)) throw error;
    troubleOf(context.log).met(error, 'a schedule was rung while the database is away; its ticks stay due', {
      schedule,
    });
  }
  return done;
}

/** A recorded maintenance tick that isn't marked as rung after this time is rung again; running it twice is harmless. */
const UNANSWERED_MS = 10_000;

async function fireSchedule(
  schedule: ScheduleRow,
  stretch: Stretch | undefined,
  now: Date,
  context: TickContext,
): Promise<void> {
  const appointment = timetable[schedule.name as ScheduleName];
  if ('maintenance' in appointment && isUnanswered(schedule, now)) {
    await ring(appointment, { schedule: schedule.name, at: schedule.lastTick as Date }, null, context);
  }
  // A schedule that has never ticked counts from its creation. Otherwise a machine that is off at night would never run what is due then.
  const due = ticksDue(schedule.spec as ScheduleSpec, schedule.dueSince, now, schedule.missed as MissedTicks);
  for (const { at } of spaced(due, schedule.lastTick, stretch))
    await withSpan(`tick ${schedule.name}`, { kind: 'PRODUCER' }, () => fireTickAt(at, schedule, context));
}

async function fireTickAt(at: Date, schedule: ScheduleRow, context: TickContext): Promise<void> {
  const appointment = timetable[schedule.name as ScheduleName];
  const refresh = await refreshOf(appointment, schedule, context);
  const outcome = 'refresh' in appointment && !refresh ? 'nothing to do' : undefined;
  const fired = await fireTick(context.pool, {
    schedule: schedule.name,
    version: schedule.version,
    at,
    refresh,
    outcome,
  });
  if (!fired) return;
  context.log.info({ schedule: schedule.name, tick: at, refresh_id: fired.refreshId }, 'a tick fired');
  // If Redis is away, the sweeper rings the refresh later, and maintenance is rung at the next look.
  await ring(appointment, { schedule: schedule.name, at }, fired, context).catch((error) =>
    context.log.warn({ err: error }, 'the tick was recorded but not rung'),
  );
}

function isUnanswered({ lastTick, lastFiredAt, lastOutcome }: ScheduleRow, now: Date): boolean {
  return lastTick !== null && lastOutcome === null && now.getTime() - (lastFiredAt?.getTime() ?? 0) > UNANSWERED_MS;
}

async function refreshOf(appointment: Appointment, schedule: ScheduleRow, { pool, streamed }: TickContext) {
  if (!('refresh' in appointment)) return null;
  const { kind, mode, target, watched } = appointment.refresh;
  const symbols = watched ? await watchedSymbols(pool, await streamed()) : null;
  if (symbols?.length === 0) return null;
  const request = requestOf(kind, target, { mode, symbols: symbols ?? undefined }, { role: 'system' });
  return {
    ...request,
    ...openingOf(request),
    id: newId('refresh'),
    source: 'schedule' as const,
    keyId: null,
    userId: null,
    role: 'system',
    reason: `schedule ${schedule.name}`,
    requestId: null,
    remoteAddress: null,
    traceparent: currentTrace().traceparent ?? null,
    estimate: null,
  };
}

async function ring(
  appointment: Appointment,
  tick: { schedule: string; at: Date },
  fired: { refreshId: string | null; rank: number } | null,
  { pool, producer }: TickContext,
): Promise<void> {
  if ('maintenance' in appointment) {
    await producer.ringMaintenance(appointment.maintenance);
    return markTick(pool, tick, 'started');
  }
  if (!fired?.refreshId) return;
  const { traceparent } = currentTrace();
  await producer.ringRefreshes([{ id: fired.refreshId, rank: fired.rank, traceparent }]);
  await markRung(pool, [fired.refreshId]);
}
