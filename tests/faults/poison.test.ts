import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@freshet/testing';
import pg from 'pg';
import { postRefresh, refreshPrices, stopSchedules, untilEnd } from '../client.ts';
import { startSystem, type System } from '../system.ts';

/** Work that kills whoever does it, seen from outside: it fails with the reason, and nobody else does. */
let system: System;
let db: pg.Pool;

beforeAll(async () => {
  system = await startSystem({ workers: 1, simulator: ['--no-limits', '--latency', '20'] });
  db = new pg.Pool({ connectionString: system.databaseUrl, max: 2 });
  db.on('error', () => {});
  await stopSchedules(system);
  await untilEnd(system, (await start(['AAPL'])).refresh_id);
}, 180_000);
afterAll(async () => {
  await db?.end();
  await system?.stop();
}, 60_000);

const start = (symbols: string[]) => refreshPrices(system, symbols);

async function ask(method: string, path: string) {
  const response = await fetch(`${system.api}${path}`, {
    method,
    headers: { authorization: `Bearer ${system.keys.admin}` },
  });
  const body = (await response.json()) as { data: { id: string; error: string }[]; refresh_id: string };
  return { status: response.status, body };
}

/** Whatever writes such an item stands still there for so long, and is then refused: long enough to be killed before that. */
const trap = (name: string, on: string, when: string, seconds = 60) =>
  db.query(`
    create function ${name}() returns trigger language plpgsql as $$ begin perform pg_sleep(${seconds}); raise exception 'trapped'; end $$;
    create trigger ${name} before ${on} on refresh_items for each row when (${when}) execute function ${name}()`);

const TRAPPED = `from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()`;
const END_THE_TRAPPED = `select pg_terminate_backend(pid) ${TRAPPED}`;

/** Kills whoever stands in a trap, and starts another worker, until it is ended. */
function killTheTrapped() {
  let on = true;
  const killing = (async () => {
    for (; on; await sleep(50)) {
      const { rowCount } = await db.query(`select ${TRAPPED}`);
      if (!rowCount) continue;
      await Promise.all(system.workers.splice(0).map((worker) => worker.kill9()));
      // Their sessions in Postgres outlive them, and would be taken for the next one's.
      await eventually(async () => expect((await db.query(END_THE_TRAPPED)).rowCount).toBe(0));
      await system.addWorker();
    }
  })();
  return () => {
    on = false;
    return killing;
  };
}

test('a plan and a calculation that kill their workers fail with the reason and rest in the failed queue; others go on, and their kind is free', async () => {
  await trap('plans', 'insert', `new.subject = 'KO'`);
  await trap('valuations', 'update', `new.data = 'portfolio' and new.state <> 'failed'`);
  const stop = killTheTrapped();
  const valued = await postRefresh(
    system,
    `/api/v1/manual/refresh/portfolio/${system.userId}`,
    {},
    { key: system.keys.admin },
  );
  const planned = await start(['KO']);

  const others: string[] = [];
  let open = true;
  const ends = Promise.all([planned, valued].map(({ refresh_id }) => untilEnd(system, refresh_id, { everyMs: 100 })));
  void ends.catch(() => {}).finally(() => (open = false));
  for (; open; await sleep(3_000)) others.push((await start(['PG', 'JNJ'])).refresh_id);
  await stop();
  const [plan, calculation] = await ends;

  const why = 'poison: 3 workers died in the middle of this job';
  expect(plan).toMatchObject({ status: 'failed', reason: why });
  expect(calculation?.failures).toEqual(
    expect.arrayContaining([expect.objectContaining({ kind: 'calculation', detail: why })]),
  );
  for (const id of others) expect(await untilEnd(system, id)).toMatchObject({ status: 'success' });
  const { body } = await ask('GET', '/api/v1/failed');
  expect(body.data.map(({ id, error }) => `${id} ${error}`).sort()).toEqual(
    [`follow~${valued.refresh_id}-follow ${why}`, `refresh~${planned.refresh_id} ${why}`].sort(),
  );

  // Longer than the sweeper takes to ring what has no job: it stays where it is.
  await sleep(16_000);
  expect((await ask('GET', '/api/v1/failed')).body.data).toHaveLength(2);

  await db.query('drop function plans cascade; drop function valuations cascade');
  const again = await ask('POST', `/api/v1/failed/refresh~${planned.refresh_id}/retry`);
  expect(again.status).toBe(202);
  await eventually(async () => expect((await ask('GET', '/api/v1/failed')).body.data).toHaveLength(1));
  // What is over stays over: the same is asked for anew.
  expect(await untilEnd(system, planned.refresh_id)).toMatchObject({ status: 'failed' });
  expect(again.body.refresh_id).not.toBe(planned.refresh_id);
  expect(await untilEnd(system, again.body.refresh_id)).toMatchObject({ status: 'success' });
}, 240_000);

test('a plan that fails at every attempt fails its refresh, rests with the error, and is not rung again', async () => {
  await trap('spoils', 'insert', `new.subject = 'PEP'`, 0);
  const before = (await ask('GET', '/api/v1/failed')).body.data.length;
  const { refresh_id } = await start(['PEP']);
  expect(await untilEnd(system, refresh_id, { withinMs: 30_000 })).toMatchObject({
    status: 'failed',
    reason: 'it could not be planned; its job in the failed queue says why',
  });
  const rests = { id: `refresh~${refresh_id}`, error: 'trapped', attempts: 3 };
  await eventually(async () => expect((await ask('GET', '/api/v1/failed')).body.data[0]).toMatchObject(rests));
  // Longer than the sweeper takes to ring what has no job.
  await sleep(16_000);
  expect((await ask('GET', '/api/v1/failed')).body.data).toHaveLength(before + 1);
  await db.query('drop function spoils cascade');
  expect(await untilEnd(system, (await start(['PEP'])).refresh_id)).toMatchObject({ status: 'success' });
}, 90_000);
