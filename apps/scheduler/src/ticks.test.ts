import { done } from '@freshet/queue';
import { changeSchedule, createPool, ensureSchedules } from '@freshet/store';
import { withDatabase } from '@freshet/testing';
import { answerRing, fireDue, type TickContext } from './ticks.ts';

const { pool, url } = await withDatabase({ max: 2 });
beforeEach(() => pool.query('truncate schedules, ticks'));

test('a ring that finds no database is answered, told once, and rests in no failed set', async () => {
  const away = createPool({ url: 'postgres://nobody@127.0.0.1:1/nothing' });
  const lines: string[] = [];
  const log = { warn: (_: object, text: string) => void lines.push(text) } as unknown as TickContext['log'];
  const context = { pool: away, log, producer: {}, streamed: async () => [], now: async () => new Date() } as never;
  expect(await answerRing(context, 'live')).toEqual(done);
  expect(await answerRing(context, 'hourly')).toEqual(done);
  expect(lines).toEqual(['a schedule was rung while the database is away; its ticks stay due']);
  await away.end();
});

test('a ring that fails for another reason fails', async () => {
  const wrong = { query: async () => Promise.reject(new Error('syntax error')) };
  await expect(answerRing({ pool: wrong, log: {} } as never, 'live')).rejects.toThrow('syntax error');
});

test('a database that takes no writes is told once, not by each schedule at each look', async () => {
  await ensureSchedules(
    pool,
    ['live', 'watchlist'].map((name) => ({ name, spec: { kind: 'every', seconds: 30 }, missed: 'run_once' })),
  );
  const standby = createPool({ url, max: 1 });
  await standby.query('set default_transaction_read_only = on');
  const lines: string[] = [];
  const say = (_: object, text: string) => void lines.push(text);
  const context = {
    pool: standby,
    log: { warn: say, error: say },
    streamed: async () => [],
    now: async () => new Date(Date.now() + 3_600_000),
  } as unknown as TickContext;
  for (let look = 0; look < 3; look++) await fireDue(context);
  expect(lines).toEqual(['the due ticks of a schedule could not be fired; tried again in 5 s']);
  await standby.end();
});

test('a schedule that is switched off doesn’t tick; one of what is watched opens nothing while nothing is', async () => {
  const spec = { kind: 'every', seconds: 30 };
  await ensureSchedules(
    pool,
    ['live', 'portfolio'].map((name) => ({ name, spec, missed: 'run_once' })),
  );
  await changeSchedule(pool, 'portfolio', '*', { enabled: false });
  const log = { warn: () => {}, error: () => {}, info: () => {} };
  const context = { pool, log, producer: {}, streamed: async () => [], now: async () => new Date(Date.now() + 60_000) };
  await fireDue(context as never);
  const { rows } = await pool.query('select schedule, refresh_id, outcome from ticks');
  expect(rows).toEqual([{ schedule: 'live', refresh_id: null, outcome: 'nothing to do' }]);
  expect((await pool.query('select from refreshes')).rowCount).toBe(0);
});

test('a schedule whose times can’t be worked out is told with what to do, and the others tick', async () => {
  await ensureSchedules(pool, [
    { name: 'daily', spec: { kind: 'cron', pattern: '0 8 * * *', zone: 'Mars/Base' }, missed: 'run_once' },
    { name: 'live', spec: { kind: 'every', seconds: 30 }, missed: 'run_once' },
  ]);
  const lines: object[] = [];
  const log = { info: () => {}, warn: (told: object, text: string) => void lines.push({ ...told, text }) };
  const context = { pool, log, producer: {}, streamed: async () => [], now: async () => new Date(Date.now() + 60_000) };
  await fireDue(context as never);
  expect(lines).toMatchObject([
    { schedule: 'daily', text: 'the due ticks of a schedule could not be worked out; correct its times' },
  ]);
  expect((await pool.query('select schedule from ticks')).rows).toEqual([{ schedule: 'live' }]);
});
