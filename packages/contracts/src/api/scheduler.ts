import { z } from 'zod';
import { RefreshAccepted, RefreshBody, RefreshResult } from '../refresh.ts';
import { SCHEDULES } from '../vocabulary.ts';
import { operationsOf, pageOf, pagingOfAll, version, when } from './operation.ts';

const tag = 'Scheduler';
const started = { 202: RefreshAccepted, 200: RefreshResult };
const schedulePath = z.strictObject({ name: z.enum(SCHEDULES).describe('Name of the schedule') });

/** Checks that there are five fields; `scheduleProblem` of the calendar checks what is in them. */
const cronPattern = z
  .string()
  .max(100)
  .regex(
    /^\s*(\S+\s+){4}\S+\s*$/,
    'a cron pattern has five fields (minute hour day month weekday), such as 30 9 * * 1-5',
  );

export const ScheduleSpecView = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('every'), seconds: z.int().min(1).max(86_400) }),
    z.strictObject({ kind: z.literal('cron'), pattern: cronPattern, zone: z.string().min(1).max(60) }),
    z.strictObject({
      kind: z.literal('after_close'),
      minutes: z.int().min(0).max(1440),
      exchanges: z.array(z.string().max(20)).min(1).max(20),
    }),
  ])
  .meta({ id: 'ScheduleSpec' });

export const MISSED_TICK_POLICIES = ['run_once', 'skip', 'run_all'] as const;

export const ScheduleView = z
  .strictObject({
    name: z.enum(SCHEDULES),
    does: z.string().describe('What its tick starts'),
    spec: ScheduleSpecView,
    enabled: z.boolean(),
    missed: z.enum(MISSED_TICK_POLICIES).describe('What happens after ticks were missed'),
    version,
    last_tick: when.nullable(),
    last_outcome: z.string().nullable(),
    last_refresh_id: z
      .string()
      .nullable()
      .describe('The refresh that the last tick started; null too if it is not yours to read'),
    next_tick: when.nullable().describe('Null while the schedule is disabled or the scheduler stopped'),
    notice: z
      .string()
      .nullable()
      .describe(
        'Set while a lack of quota stretches the schedule: which provider lacks it, and how far apart the ticks are',
      ),
  })
  .meta({ id: 'Schedule' });
export type ScheduleView = z.infer<typeof ScheduleView>;

const SchedulerState = z.strictObject({
  state: z.enum(['running', 'stopped']),
  changed_at: when.nullable().describe('When it was last started or stopped'),
});

export const schedulerOperations = operationsOf({
  'POST /api/v1/scheduler/start': {
    tag,
    summary: 'Start the scheduler; the state survives restarts',
    answers: { 200: SchedulerState },
    aliases: ['/api/scheduler/start'],
  },
  'POST /api/v1/scheduler/stop': {
    tag,
    summary: 'Stop the scheduler: no schedule ticks until it is started again, also after a restart',
    answers: { 200: SchedulerState },
    aliases: ['/api/scheduler/stop'],
  },
  'GET /api/v1/scheduler/status': {
    tag,
    summary: 'State of the scheduler, its schedules with their last and next tick, and totals over all queues',
    answers: {
      200: z.strictObject({
        ...SchedulerState.shape,
        schedules: z.array(ScheduleView),
        queue: z
          .strictObject({ pending: z.int(), processing: z.int(), completed: z.int(), failed: z.int() })
          .nullable()
          .describe('Null while Redis is unavailable'),
      }),
    },
    aliases: ['/api/scheduler/status'],
  },
  'POST /api/v1/scheduler/refresh': {
    tag,
    summary: 'Refresh an index, a sector or named symbols now, and/or run a schedule now',
    description:
      'The role user must name 1 to 100 symbols, except for the schedules watchlist (the default watchlist) and portfolio (the own portfolios).',
    body: RefreshBody.extend({
      index: z
        .string()
        .trim()
        .min(1)
        .max(100)
        .optional()
        .describe('An index such as `S&P 500`; with a sector, what belongs to both'),
      sector: z
        .string()
        .trim()
        .min(1)
        .max(100)
        .optional()
        .describe('A GICS sector, or a usual short form such as `Technology`'),
      schedule: z.enum(SCHEDULES).optional().describe('Does now what this schedule does at its tick'),
    }).meta({ id: 'SchedulerRefreshBody' }),
    answers: started,
    creates: true,
    refreshes: true,
    aliases: ['/api/scheduler/refresh'],
  },
  'POST /api/v1/scheduler/force-refresh': {
    tag,
    summary: 'Refresh everything, even what is fresh',
    body: RefreshBody,
    answers: started,
    creates: true,
    refreshes: true,
    aliases: ['/api/scheduler/force-refresh'],
  },
  'GET /api/v1/scheduler/schedules': {
    tag,
    summary: 'The schedules',
    query: z.strictObject(pagingOfAll),
    answers: { 200: pageOf(ScheduleView) },
    aliases: ['/api/scheduler/schedules'],
  },
  'GET /api/v1/scheduler/schedules/{name}': {
    tag,
    summary: 'One schedule',
    path: schedulePath,
    answers: { 200: ScheduleView },
    aliases: ['/api/scheduler/schedules/{name}'],
  },
  'PUT /api/v1/scheduler/schedules/{name}': {
    tag,
    summary: 'Change a schedule; it takes effect at once',
    description:
      'Changes `spec`, `enabled` and `missed`; what is left out stays as it is. All other fields are accepted, so that a schedule can be sent back as it was read, and are ignored.',
    path: schedulePath,
    body: ScheduleView.partial(),
    answers: { 200: ScheduleView },
    ifMatch: 'optional',
    aliases: ['/api/scheduler/schedules/{name}'],
  },
});
