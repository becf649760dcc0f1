import { z } from 'zod';
import { RefreshAccepted, RefreshBody, RefreshResult } from '../refresh.ts';
import { SCHEDULES } from '../vocabulary.ts';
import { operationsOf, pagingOfAll, version, when } from './operation.ts';

const tag = 'Scheduler';
const started = { 202: RefreshAccepted, 200: RefreshResult };
const schedulePath = z.strictObject({ name: z.enum(SCHEDULES) });

/** What each field holds is checked where patterns are read. */
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
    does: z.string(),
    spec: ScheduleSpecView,
    enabled: z.boolean(),
    missed: z.enum(MISSED_TICK_POLICIES),
    version,
    last_tick: when.nullable(),
    last_outcome: z.string().nullable(),
    last_refresh_id: z.string().nullable(),
    next_tick: when.nullable(),
    notice: z
      .string()
      .nullable()
      .describe('That it is stretched for want of quota, whose, and how far apart its ticks are'),
  })
  .meta({ id: 'Schedule' });
export type ScheduleView = z.infer<typeof ScheduleView>;

const SchedulerState = z.strictObject({ state: z.enum(['running', 'stopped']), changed_at: when.nullable() });

export const schedulerOperations = operationsOf({
  'POST /api/v1/scheduler/start': {
    tag,
    summary: 'Let schedules tick; kept over restarts',
    answers: { 200: SchedulerState },
    aliases: ['/api/scheduler/start'],
  },
  'POST /api/v1/scheduler/stop': {
    tag,
    summary: 'No schedule ticks until it is started again; kept over restarts',
    answers: { 200: SchedulerState },
    aliases: ['/api/scheduler/stop'],
  },
  'GET /api/v1/scheduler/status': {
    tag,
    summary: 'State, schedules with their last and next tick, and the queues',
    answers: {
      200: z.strictObject({
        ...SchedulerState.shape,
        schedules: z.array(ScheduleView),
        queue: z
          .strictObject({ pending: z.int(), processing: z.int(), completed: z.int(), failed: z.int() })
          .nullable()
          .describe('Null while Redis is away'),
      }),
    },
    aliases: ['/api/scheduler/status'],
  },
  'POST /api/v1/scheduler/refresh': {
    tag,
    summary: 'Refresh a group (index and/or sector), or what a schedule does, now',
    description: 'A user names 1 to 100 symbols, but for the default watchlist and the own portfolios.',
    body: RefreshBody.extend({
      index: z.string().trim().min(1).max(100).optional(),
      sector: z.string().trim().min(1).max(100).optional().describe('A GICS sector or a usual short form of it'),
      schedule: z.enum(SCHEDULES).optional(),
    }).meta({ id: 'SchedulerRefreshBody' }),
    answers: started,
    creates: true,
    refreshes: true,
    aliases: ['/api/scheduler/refresh'],
  },
  'POST /api/v1/scheduler/force-refresh': {
    tag,
    summary: 'Refresh everything, however fresh it is',
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
    answers: { 200: z.strictObject({ data: z.array(ScheduleView), next_cursor: z.string().nullable() }) },
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
    summary: 'Change a schedule while it runs',
    description:
      'Of `spec`, `enabled` and `missed`, what is left out stays. The rest may be sent back as it was read, and changes nothing.',
    path: schedulePath,
    body: ScheduleView.partial(),
    answers: { 200: ScheduleView },
    ifMatch: 'optional',
    aliases: ['/api/scheduler/schedules/{name}'],
  },
});
