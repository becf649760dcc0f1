import { createLogger } from '@freshet/runtime';
import { DEFAULT_SCHEDULES } from '@freshet/calendar';
import {
  changeSchedule,
  ensureSchedules,
  listAudit,
  readSchedules,
  writeProviderStatus,
  writeSetting,
} from '@freshet/store';
import { awayFromTheEndOf } from '@freshet/testing';
import { fireDue, type TickContext } from '../../apps/scheduler/src/ticks.ts';
import { all, type Called, recordOf, type Said, sessionsTold, startHeart } from './heart.ts';

/** Schedules and people ask for the same things: nothing is done twice, and nothing is left out for the other's sake. */
const COINS = ['BTC-USD', 'ETH-USD', 'SOL-USD'];
const MINUTE_MS = 60_000;
/** Three in the afternoon of today, UTC: the hourly schedule is due and all that come more often, and nowhere is it eight or a close. */
const THREE = Math.floor(Date.now() / 86_400_000) * 86_400_000 + 15 * 3_600_000;

let context: TickContext;
let answer: (called: Called) => Said | Promise<Said>;
let now = THREE;
let rung: string[] = [];
let streamed: string[] = [];
const heart = await startHeart(() => [{ name: 'yahoo', batch: 20, answer: (called) => answer(called) }]);

beforeAll(async () => {
  context = {
    pool: heart.pool,
    producer: {
      ringRefreshes: async (refreshes) => heart.world.ring.refreshes([...refreshes]),
      ringMaintenance: async (task) => void rung.push(task),
    },
    log: createLogger({ name: 'test', level: 'silent' }),
    streamed: async () => streamed,
    now: async () => new Date(now),
  };
  const defaults = Object.entries(DEFAULT_SCHEDULES).map(([name, { spec, missed }]) => ({ name, spec, missed }));
  await ensureSchedules(heart.pool, defaults);
  await heart.pool.query(`insert into watchlists (id, name, is_default) values ('wl_1', 'Default', true)`);
  await heart.pool.query(`insert into watchlist_items (watchlist_id, symbol) select 'wl_1', unnest($1::text[])`, [
    COINS,
  ]);
});
// At midnight another session begins, which nobody has asked for yet.
beforeEach(() => awayFromTheEndOf(86_400_000, 25_000), 60_000);
beforeEach(async () => {
  await heart.clear();
  await heart.pool.query('delete from provider_status');
  answer = all('10');
  await madeBefore(THREE);
  rung = [];
  streamed = [];
});

/** It is now that moment, and the schedules were made a minute before. */
async function madeBefore(at: number): Promise<void> {
  now = at;
  await heart.pool.query('update schedules set changed_at = $1', [new Date(at - MINUTE_MS)]);
}

/** The refresh that the schedule's tick opened or joined. */
async function tick(schedule: string, producer = context.producer): Promise<string> {
  await fireDue({ ...context, producer }, schedule);
  const found = (await readSchedules(heart.pool, new Date(now))).find(({ name }) => name === schedule);
  if (!found?.lastRefreshId) throw new Error(`${schedule} opened no refresh`);
  return found.lastRefreshId;
}

/** When the schedule has ticked, in minutes after three o'clock. */
async function minutesOf(schedule: string): Promise<number[]> {
  const { rows } = await heart.pool.query<{ tick: Date }>('select tick from ticks where schedule = $1 order by 1', [
    schedule,
  ]);
  return rows.map(({ tick: at }) => (at.getTime() - THREE) / MINUTE_MS);
}

test('however many schedulers look at the same moment, each tick fires once', async () => {
  await Promise.all([1, 2, 3, 4, 5].map(() => fireDue(context)));
  await fireDue(context);
  const { rows } = await heart.pool.query('select schedule, count(*)::int as n from ticks group by 1 order by 1');
  expect(rows).toEqual(['hourly', 'live', 'portfolio', 'watchlist'].map((schedule) => ({ schedule, n: 1 })));
  expect(
    (await heart.pool.query(`select count(*)::int as n from refreshes where reason = 'schedule watchlist'`)).rows,
  ).toEqual([{ n: 1 }]);
});

test('a tick does not repeat what somebody has just done', async () => {
  await heart.ask('watchlist', { mode: 'incremental' }, { role: 'support' });
  await heart.work();
  const id = await tick('watchlist');
  await heart.work();
  expect(heart.calls).toHaveLength(1);
  expect(await recordOf(heart.pool, id)).toMatchObject({
    status: 'success',
    source: 'schedule',
    skipped: { fresh: 3 },
  });
});

test('nor does the daily one, which refreshes all: neither prices nor history are asked for again', async () => {
  await heart.ask('prices', { symbols: COINS });
  await heart.work();
  heart.calls.length = 0;
  await heart.ask('all', { mode: 'full' }, { role: 'admin' });
  await heart.work();
  expect(heart.calls.map(({ data }) => data).sort()).toEqual(['bars', 'bars', 'bars', 'quote']);
  await sessionsTold(heart.pool);
  heart.calls.length = 0;
  await madeBefore(Date.UTC(2026, 10, 20, 13));
  const id = await tick('daily');
  await heart.work();
  expect(heart.calls).toEqual([]);
  expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'success', mode: 'full', skipped: { fresh: 3 } });
  // Somebody who asks for all of it gets all of it.
  await heart.ask('all', { mode: 'full' }, { role: 'admin' });
  await heart.work();
  expect(heart.calls.map(({ data }) => data)).toEqual(['quote']);
});

test('the live one asks for what somebody watches or streams, as far as it is known', async () => {
  await heart.ask('prices', { symbols: ['KNOWN-USD'] });
  await heart.work();
  streamed = ['KNOWN-USD', 'NOBODY-KNOWS-THIS', 'BTC-USD'];
  const id = await tick('live');
  expect(await recordOf(heart.pool, id)).toMatchObject({ symbols: [...COINS, 'KNOWN-USD'].sort() });
});

test('a tick that comes while the same runs waits for it, and then has nothing left to do', async () => {
  const manual = await heart.ask('watchlist', {}, { role: 'support' });
  await heart.step('refresh');
  const id = await tick('watchlist');
  expect(id).not.toBe(manual);
  await heart.work();
  expect(heart.calls).toHaveLength(1);
  expect(await recordOf(heart.pool, manual)).toMatchObject({ status: 'success', prices: 3 });
  expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'success', skipped: { fresh: 3 } });
});

test('a tick that joined what a person asked for goes on when that person cancels', async () => {
  const manual = await heart.ask('watchlist', {}, { role: 'support', userId: 'usr_1' });
  expect(await tick('watchlist')).toBe(manual);
  await heart.cancel(manual, 'usr_1');
  await heart.work();
  expect(await recordOf(heart.pool, manual)).toMatchObject({ status: 'success', prices: 3 });
});

test('a person who joined what a schedule asked for can leave it, and it goes on', async () => {
  const id = await tick('watchlist');
  expect(await heart.ask('watchlist', {}, { role: 'support', userId: 'usr_1' })).toBe(id);
  await heart.cancel(id, 'usr_1');
  expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'queued' });
  await heart.work();
  expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'success', prices: 3 });
});

test('a manual request is logged as manual, also when it joins what a schedule has waiting', async () => {
  const id = await tick('watchlist');
  expect(await recordOf(heart.pool, id)).toMatchObject({ source: 'schedule', rank: 30 });
  await heart.ask('watchlist', {}, { role: 'support' });
  expect(await recordOf(heart.pool, id)).toMatchObject({ source: 'manual', rank: 20 });
  expect(await listAudit(heart.pool, { action: 'refresh.watchlist', limit: 5 })).toMatchObject([
    { keyId: 'key_usr_support', detail: { joined: true } },
    { detail: { source: 'manual' } },
  ]);
});

test('one that failed or was cancelled leaves the schedule all of its work', async () => {
  answer = () => ({ errors: new Map([[null, { kind: 'bad_key' as const }]]) });
  const failed = await heart.ask('watchlist', {}, { role: 'support' });
  await heart.work();
  const cancelled = await heart.ask('watchlist', {}, { role: 'support', userId: 'usr_1' });
  await heart.step('refresh');
  await heart.cancel(cancelled, 'usr_1');
  expect(await recordOf(heart.pool, failed)).toMatchObject({ status: 'failed' });
  expect(await recordOf(heart.pool, cancelled)).toMatchObject({ status: 'cancelled' });
  answer = all('10');
  const id = await tick('watchlist');
  await heart.work();
  expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'success', prices: 3 });
});

test('while the day’s quota would not last its ticks are further apart, and with a new one it ticks as before', async () => {
  await tick('watchlist');
  await heart.work();
  const fired = async (minute: number) => {
    now = THREE + minute * MINUTE_MS;
    await fireDue(context, 'watchlist');
    const [{ n } = { n: 0 }] = (await heart.pool.query<{ n: number }>('select count(*)::int as n from ticks')).rows;
    return n;
  };
  // One call each five minutes is three times what the day has left.
  const day = { name: 'day', limit: 100, per_s: 86_400, counts: 'calls', used: 52, remaining: 48, resets_at: null };
  const status = { provider: 'yahoo', title: 'Yahoo', enabled: true, because: null, notice: null, health: 'healthy' };
  const calm = { breaker: 'closed', parked_until: null, serves: {}, preference: {}, reliability: 1, concurrency: 1 };
  const seen = {
    requests_per_minute: 0,
    latency_ms: null,
    last_success_at: null,
    failing_since: null,
    last_error: null,
  };
  const windows = [{ ...day, schedules_per_s: 1 / 900, forecast: null }];
  await writeProviderStatus(heart.pool, [{ provider: 'yahoo', status: { ...status, ...calm, ...seen, windows } }]);
  expect([await fired(5), await fired(10), await fired(15), await fired(20)]).toEqual([1, 1, 2, 2]);
  await heart.pool.query('delete from provider_status');
  expect([await fired(24), await fired(25)]).toEqual([3, 4]);
});

test('stopped, no schedule ticks, whoever is started meanwhile; started again, what was missed runs once', async () => {
  await tick('watchlist');
  await writeSetting(heart.pool, 'scheduler_running', false);
  now += 23 * MINUTE_MS;
  await Promise.all([fireDue(context), fireDue({ ...context })]);
  expect(await minutesOf('watchlist')).toEqual([0]);
  await writeSetting(heart.pool, 'scheduler_running', true);
  await fireDue(context);
  await fireDue(context);
  expect(await minutesOf('watchlist')).toEqual([0, 20]);
});

test('a clock that was an hour ahead and is set right stops no schedule, and fires no tick twice', async () => {
  const fired = async (minute: number) => {
    now = THREE + minute * MINUTE_MS;
    await fireDue(context, 'watchlist');
    return minutesOf('watchlist');
  };
  expect(await fired(0)).toEqual([0]);
  expect(await fired(61)).toEqual([0, 60]);
  expect(await fired(2)).toEqual([0, 60]);
  expect(await fired(5)).toEqual([0, 5, 60]);
  expect(await fired(60)).toEqual([0, 5, 60]);
  expect(await fired(65)).toEqual([0, 5, 60, 65]);
});

test('a schedule that was edited while the clock was ahead ticks when it is right again', async () => {
  await madeBefore(THREE + 600 * MINUTE_MS);
  now = THREE;
  await fireDue(context, 'watchlist');
  expect(await minutesOf('watchlist')).toEqual([0]);
});

test.each([
  ['changed', () => changeSchedule(heart.pool, 'live', '*', { missed: 'run_once' })],
  ['stopped with all others', () => writeSetting(heart.pool, 'scheduler_running', false)],
])('a schedule that is %s while its missed ticks fire does not go on with the rest of them', async (_, end) => {
  await changeSchedule(heart.pool, 'live', '*', { missed: 'run_all' });
  await madeBefore(THREE);
  now = THREE + 2 * MINUTE_MS;
  let asked = 0;
  const askedTwice = async () => {
    asked += 1;
    if (asked === 2) await end();
    return [];
  };
  await fireDue({ ...context, streamed: askedTwice }, 'live');
  await writeSetting(heart.pool, 'scheduler_running', true);
  await changeSchedule(heart.pool, 'live', '*', { missed: 'run_once' });
  expect(await minutesOf('live')).toEqual([-0.5]);
});

test('a schedule that nobody was there for since it was made has missed ticks too: the last of them runs once', async () => {
  // A machine that is on in the evening alone: at two in the morning it is always off.
  await madeBefore(Date.UTC(2026, 10, 19, 19));
  await fireDue(context, 'cleanup');
  expect(rung).toEqual([]);
  now += 86_400_000;
  await fireDue(context, 'cleanup');
  await fireDue(context, 'cleanup');
  expect(rung).toEqual(['cleanup']);
  const read = await readSchedules(heart.pool, new Date(now));
  expect(read.find(({ name }) => name === 'cleanup')?.lastTick).toEqual(new Date(Date.UTC(2026, 10, 20, 2)));
});

describe('a schedule that was edited', () => {
  const DAY_MS = 24 * 60 * MINUTE_MS;
  const daily = (ms: number) => {
    const at = new Date(ms);
    return { kind: 'cron', pattern: `${at.getUTCMinutes()} ${at.getUTCHours()} * * *`, zone: 'UTC' };
  };
  const edit = async (change: Parameters<typeof changeSchedule>[3]) => {
    const found = (await readSchedules(heart.pool)).find(({ name }) => name === 'cleanup');
    await changeSchedule(heart.pool, 'cleanup', found?.version ?? 0, change);
  };
  const firedAt = async (ms: number) => {
    rung = [];
    now = ms;
    await fireDue(context, 'cleanup');
    return rung.length;
  };
  /** Edits count by the database's clock, so these tests live today: it ticked two days ago and was meant to in an hour. */
  const today = Date.now();
  const change = daily(today + 60 * MINUTE_MS);
  beforeEach(async () => {
    await madeBefore(today - 2 * DAY_MS);
    await heart.pool.query(`update schedules set spec = $1, enabled = true where name = 'cleanup'`, [change]);
    await heart.pool.query(`insert into ticks (schedule, tick, outcome) values ('cleanup', $1, 'started')`, [
      new Date(now),
    ]);
  });
  afterAll(async () => {
    const { spec, missed } = DEFAULT_SCHEDULES.cleanup;
    await edit({ spec, missed, enabled: true });
  });

  test('to an hour that has passed today ticks at that hour tomorrow, and not at once', async () => {
    await edit({ spec: daily(today - 60 * MINUTE_MS) });
    expect(await firedAt(Date.now() + 1_000)).toBe(0);
    expect(await firedAt(today + DAY_MS - 61 * MINUTE_MS)).toBe(0);
    expect(await firedAt(today + DAY_MS - 59 * MINUTE_MS)).toBe(1);
    expect(await firedAt(today + DAY_MS - 58 * MINUTE_MS)).toBe(0);
  });

  test('to be enabled again goes on from there', async () => {
    await edit({ enabled: false });
    await edit({ enabled: true });
    expect(await firedAt(Date.now() + 1_000)).toBe(0);
    expect(await firedAt(today + 61 * MINUTE_MS)).toBe(1);
  });

  test('in its policy alone, or to what it was, has still missed what it had missed', async () => {
    await edit({ spec: change, enabled: true, missed: 'run_all' });
    expect(await firedAt(Date.now() + 1_000)).toBe(2);
  });
});

test('housekeeping that was recorded while Redis was away is rung at a later look, and only then', async () => {
  await madeBefore(Date.UTC(2026, 10, 20, 2));
  const away = { ...context.producer, ringMaintenance: () => Promise.reject(new Error('Redis is away')) };
  await fireDue({ ...context, producer: away }, 'cleanup');
  await fireDue(context, 'cleanup');
  expect(rung).toEqual([]);
  await heart.pool.query(`update ticks set fired_at = $1`, [new Date(now - MINUTE_MS)]);
  await fireDue(context, 'cleanup');
  await fireDue(context, 'cleanup');
  expect(rung).toEqual(['cleanup']);
});
