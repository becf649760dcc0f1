import { done } from '@freshet/queue';
import { changeSchedule, createPool, ensureSchedules } from '@freshet/store';
import { testDatabase } from '@freshet/testing';
import { answerRing, fireDue, type TickContext } from './ticks.ts';

test('a ring that finds no database is answered, told once, and rests in no failed set', async () => {
  const pool = createPool({ url: 'postgres://nobody@127.0.0.1:1/nothing' });
  const lines: string[] = [];
  const log = { warn: (_: object, text: string) => void lines.push(text) } as unknown as TickContext['log'];
  const context = { pool, log, producer: {}, streamed: async () => [], now: async () => new Date() } as never;
  expect(await answerRing(context, 'live')).toEqual(done);
  expect(await answerRing(context, 'hourly')).toEqual(done);
  expect(lines).toEqual(['a schedule was rung while the database is away; its ticks stay due']);
  await pool.end();
});

test('a ring that fails for another reason fails', async () => {
  const wrong = { query: async () => Promise.reject(new Error('syntax error')) };
  await expect(answerRing({ pool: wrong, log: {} } as never, 'live')).rejects.toThrow('syntax error');
});

test('a database that takes no writes is told once, not by each schedule at each look', async () => {
  const database = await testDatabase();
  const pool = createPool({ url: database.url, max: 1 });
  await ensureSchedules(
    pool,
    ['live', 'watchlist'].map((name) => ({ name, spec: { kind: 'every', seconds: 30 }, missed: 'run_once' })),
  );
  await pool.query('set default_transaction_read_only = on');
  const lines: string[] = [];
  const say = (_: object, text: string) => void lines.push(text);
  const context = {
    pool,
    log: { warn: say, error: say },
    streamed: async () => [],
    now: async () => new Date(Date.now() + 3_600_000),
  } as unknown as TickContext;
  for (let look = 0; look < 3; look++) await fireDue(context);
  expect(lines).toEqual(['the due ticks of a schedule could not be worked out; check its spec']);
  await pool.end();
  await database.drop();
});

test('a schedule that is switched off doesn’t tick; one of what is watched opens nothing while nothing is', async () => {
  const database = await testDatabase();
  const pool = createPool({ url: database.url, max: 2 });
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
  await pool.end();
  await database.drop();
});
