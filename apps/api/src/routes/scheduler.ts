import { DEFAULT_SCHEDULES, nextTick, scheduleProblem, type ScheduleSpec } from '@freshet/calendar';
import type { RefreshKind, RefreshTarget, ScheduleName } from '@freshet/contracts';
import type { BodyOf, ScheduleView } from '@freshet/contracts/api';
import { type Stretch, stretchesOf, timetable } from '@freshet/refresh';
import {
  changeSchedule,
  readSchedules,
  readSetting,
  type ScheduleRow,
  settingChangedAt,
  watchedSymbols,
  withTx,
  writeAudit,
  writeSetting,
} from '@freshet/store';
import { actorOf } from '../access/actor.ts';
import type { Principal } from '../access/principal.ts';
import type { Api } from '../api.ts';
import { type Ask, routes } from '../http/ask.ts';
import { tagOfVersion, tagOfVersionIn } from '../http/etag.ts';
import { pageOfAll } from '../http/pages.ts';
import { Problem } from '../http/problem.ts';
import { changeVersion, isThere } from '../http/versions.ts';
import { canonicalSector } from '../market/sectors.ts';
import { assertGroup, mustName } from '../refreshes/may-refresh.ts';
import { start } from '../refreshes/start.ts';

const RUNNING = 'scheduler_running';
const REFRESH = 'POST /api/v1/scheduler/refresh';

interface Wish {
  kind: RefreshKind;
  target: RefreshTarget;
  body: Omit<BodyOf<typeof REFRESH>, 'index' | 'sector' | 'schedule'>;
}

/** Starts and stops the scheduler, changes schedules, and does at once what a schedule would do. */
export function schedulerRoutes(api: Api) {
  async function state() {
    const [running, changedAt] = await Promise.all([
      readSetting(api.pool, RUNNING, true),
      settingChangedAt(api.pool, RUNNING),
    ]);
    return { state: running ? 'running' : 'stopped', changed_at: changedAt?.toISOString() ?? null } as const;
  }

  async function run(running: boolean, ask: Parameters<typeof actorOf>[0]) {
    await withTx(api.pool, async (client) => {
      if ((await readSetting(client, RUNNING, true)) === running) return;
      await writeSetting(client, RUNNING, running);
      await writeAudit(client, actorOf(ask), {
        action: running ? 'scheduler.started' : 'scheduler.stopped',
        subject: null,
      });
    });
    return { body: await state() };
  }

  async function schedules({ who }: { who: Principal }): Promise<ScheduleView[]> {
    const [rows, { state: running }, providers] = await Promise.all([
      readSchedules(api.pool),
      state(),
      api.providers.all(),
    ]);
    const now = api.now();
    const stretches = stretchesOf(rows, providers, now);
    // A tick may have joined a user's refresh, which other users must not see.
    const mine = ({ lastRefreshOf: of }: ScheduleRow) => who.role !== 'user' || of === null || of === who.userId;
    return rows
      .map((row) => (mine(row) ? row : { ...row, lastRefreshId: null }))
      .flatMap((row) => scheduleView(row, running === 'running', stretches.get(row.name), now) ?? []);
  }

  async function schedule(name: string, ask: { who: Principal }): Promise<ScheduleView> {
    const found = (await schedules(ask)).find((each) => each.name === name);
    if (!found)
      throw new Problem(
        'not_found',
        'This schedule does not exist yet: the scheduler creates it when it first starts.',
      );
    return found;
  }

  return routes({
    'POST /api/v1/scheduler/start': (ask) => run(true, ask),
    'POST /api/v1/scheduler/stop': (ask) => run(false, ask),

    'GET /api/v1/scheduler/status': async (ask) => {
      const [now, all, stats] = await Promise.all([
        state(),
        schedules(ask),
        // Schedules are in Postgres; without Redis only the queues are unknown.
        api.producer.queueStats().catch(() => null),
      ]);
      const sum = (of: 'pending' | 'active' | 'completed' | 'failed') =>
        (stats ?? []).reduce((total, queue) => total + queue[of], 0);
      const queue = stats && {
        // The queue `ticks` always holds the next ring of each schedule as a delayed job, which is not pending work.
        pending: sum('pending') - (stats.find(({ queue }) => queue === 'ticks')?.delayed ?? 0),
        processing: sum('active'),
        completed: sum('completed'),
        failed: sum('failed'),
      };
      return { body: { ...now, schedules: all, queue } };
    },

    [REFRESH]: async (ask) => {
      const [first, ...others] = await wishesOf(api, ask);
      if (!first) {
        throw new Problem('invalid_request', {
          detail: 'Name an index, a sector, symbols or a schedule.',
          errors: [{ pointer: '/index', detail: 'one of index, sector, symbols and schedule is needed' }],
        });
      }
      return start(api, ask, first, { also: others });
    },

    'POST /api/v1/scheduler/force-refresh': (ask) => {
      return start(api, ask, { kind: 'all', body: { ...ask.body, force_refresh: true } });
    },

    'GET /api/v1/scheduler/schedules': async (ask) =>
      pageOfAll(await schedules(ask), { query: ask.query, url: ask.request.originalUrl }, ({ name }) => name),

    'GET /api/v1/scheduler/schedules/{name}': async (ask) => {
      const body = await schedule(ask.path.name, ask);
      return { body, etag: tagOfVersionIn(body.version, body) };
    },

    'PUT /api/v1/scheduler/schedules/{name}': async (ask) => {
      const { name } = ask.path;
      const { spec, enabled, missed } = ask.body;
      const change = { spec, enabled, missed };
      const trouble = spec && scheduleProblem(spec as ScheduleSpec);
      if (trouble) {
        throw new Problem('invalid_request', {
          detail: `/spec: ${trouble}`,
          errors: [{ pointer: '/spec', detail: trouble }],
        });
      }
      const ifMatch = ask.request.headers['if-match'] ?? '*';
      const before = Object.keys(ask.body).length === 0 ? await schedule(name, ask) : null;
      if (before && isThere(ifMatch, {}, before)) {
        return { body: before, headers: { etag: tagOfVersion(before.version) } };
      }
      await changeVersion(ifMatch, {
        change: (expected) =>
          withTx(api.pool, async (client) => {
            const changed = await changeSchedule(client, name, expected, change);
            if (changed === null) return null;
            await writeAudit(client, actorOf(ask), { action: 'schedule.changed', subject: name, detail: change });
            return changed;
          }),
        current: () => schedule(name, ask),
        show: (view) => view,
      });
      const body = await schedule(name, ask);
      return { body, headers: { etag: tagOfVersion(body.version) } };
    },
  });
}

/** The refreshes that a body asks for: of a group or named symbols, and/or of a schedule. */
async function wishesOf(
  api: Pick<Api, 'pool' | 'streamed'>,
  { body: asked, who }: Ask<typeof REFRESH>,
): Promise<Wish[]> {
  const { index, sector: given, schedule, ...body } = asked;
  const sector = given === undefined ? undefined : canonicalSector(given);
  const wishes: Wish[] = [];
  if (index !== undefined || sector !== undefined) {
    const target = { index, sector };
    await assertGroup(api.pool, target);
    wishes.push({ kind: 'group', target, body });
  } else if (body.symbols && schedule === undefined) wishes.push({ kind: 'symbols', target: {}, body });
  if (schedule !== undefined) wishes.push(await wishOf(api, who, schedule, body));
  return wishes;
}

async function wishOf(
  api: Pick<Api, 'pool' | 'streamed'>,
  who: Principal,
  name: ScheduleName,
  body: Wish['body'],
): Promise<Wish> {
  const appointment = timetable[name];
  if (!('refresh' in appointment))
    throw idle(`the schedule ${name} refreshes nothing. To clean up, use POST /api/v1/market-data/cleanup`);
  const { kind, mode, target, watched } = appointment.refresh;
  // What all users watch is known to staff only. A role that must name symbols gets 403 without them.
  const symbols =
    body.symbols ??
    (watched && !mustName(who, kind) ? await watchedSymbols(api.pool, await api.streamed()) : undefined);
  // Without symbols it would refresh all symbols.
  if (symbols?.length === 0)
    throw idle(`the schedule ${name} has nothing to do, because nobody watches or streams a symbol`);
  return { kind, target, body: { mode, ...body, symbols } };
}

const idle = (detail: string) =>
  new Problem('invalid_request', {
    detail: `/schedule: ${detail}.`,
    errors: [{ pointer: '/schedule', detail }],
  });

function scheduleView(
  row: ScheduleRow,
  running: boolean,
  stretch: Stretch | undefined,
  now: Date,
): ScheduleView | null {
  const known = DEFAULT_SCHEDULES[row.name as ScheduleName];
  if (!known) return null;
  const earliestMs = (row.lastTick?.getTime() ?? 0) + (stretch?.gapMs ?? 0) - 1;
  const after = new Date(Math.max(now.getTime(), earliestMs));
  const next = running && row.enabled ? nextOf(row.spec as ScheduleSpec, after) : null;
  return {
    name: row.name as ScheduleName,
    does: known.does,
    spec: row.spec as ScheduleView['spec'],
    enabled: row.enabled,
    missed: row.missed as ScheduleView['missed'],
    version: row.version,
    last_tick: row.lastTick?.toISOString() ?? null,
    last_outcome: row.lastOutcome,
    last_refresh_id: row.lastRefreshId,
    next_tick: next?.toISOString() ?? null,
    notice: stretch?.notice ?? null,
  };
}

/** The next tick; null for a spec that can't be read, so that one bad zone doesn't hide the other schedules. */
function nextOf(spec: ScheduleSpec, now: Date): Date | null {
  try {
    return nextTick(spec, now)?.at ?? null;
  } catch {
    return null;
  }
}
