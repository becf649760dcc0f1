import { withDatabase } from '@freshet/testing';
import { changeSchedule, ensureSchedules, readSchedules } from './schedules.ts';

const { pool } = await withDatabase({ max: 2 });
beforeEach(() => pool.query('truncate schedules, ticks, refreshes cascade'));

const spec = { kind: 'every', seconds: 60 };
const ensure = (missed: string) =>
  ensureSchedules(
    pool,
    ['hourly', 'live'].map((name) => ({ name, spec, missed })),
  );

/** A tick, and the refresh that it opened, which has made so many calls and has ended or not. */
async function tick(schedule: string, agoMin: number, refresh?: { calls: number; ended: boolean }): Promise<void> {
  const id = refresh ? `${schedule}${agoMin}` : null;
  await pool.query(
    `insert into ticks (schedule, tick, refresh_id, outcome) values ($1, now() - make_interval(mins => $2), $3, $4)`,
    [schedule, agoMin, id, id ? null : 'nothing to do'],
  );
  if (!refresh) return;
  await pool.query(
    `insert into refreshes (id, kind, mode, target, identity, scope, rank, source, role, deadline_at, status, provider_calls, ended_at)
     values ($1, 'all', 'smart', '{}', $1, $1, 30, 'schedule', 'system', now(), $2, $3, $4)`,
    [id, refresh.ended ? 'success' : 'in_progress', { yahoo: refresh.calls }, refresh.ended ? new Date() : null],
  );
}

test('each schedule is told by its own last tick, and by what its last refresh that has ended, of today, has cost', async () => {
  await ensure('skip');
  await pool.query(`update schedules set changed_at = now() - interval '1 year'`);
  await tick('hourly', 5, { calls: 9, ended: true });
  await tick('live', 3_000, { calls: 4, ended: true });
  for (const [agoMin, calls] of [
    [30, 3],
    [20, 2],
  ] as const)
    await tick('live', agoMin, { calls, ended: true });
  await tick('live', 10, { calls: 7, ended: false });
  const [hourly, live] = await readSchedules(pool);
  expect(hourly).toMatchObject({
    name: 'hourly',
    lastRefreshId: 'hourly5',
    lastOutcome: 'success',
    lastCalls: { yahoo: 9 },
  });
  expect(live).toMatchObject({
    name: 'live',
    lastRefreshId: 'live10',
    lastOutcome: 'in_progress',
    lastCalls: { yahoo: 2 },
  });
  expect(live?.dueSince).toEqual(live?.lastTick);
  await tick('live', 1);
  expect((await readSchedules(pool))[1]).toMatchObject({ lastRefreshId: null, lastOutcome: 'nothing to do' });
  await pool.query(`update ticks set tick = tick - interval '2 days'`);
  expect((await readSchedules(pool)).map(({ lastCalls }) => lastCalls)).toEqual([null, null]);
});

test('a change is made over the version that it is about, to one schedule, and outlives the next start', async () => {
  await ensure('skip');
  expect(await changeSchedule(pool, 'live', 2, { missed: 'run_all' })).toBeNull();
  expect(await changeSchedule(pool, 'live', 1, { missed: 'run_all' })).toBe(2);
  expect(await changeSchedule(pool, 'live', 1, { missed: 'skip' })).toBeNull();
  await ensure('run_once');
  expect((await readSchedules(pool)).map(({ name, missed, version }) => [name, missed, version])).toEqual([
    ['hourly', 'skip', 1],
    ['live', 'run_all', 2],
  ]);
});
