import { withDatabase } from '@freshet/testing';
import { listRefreshes } from './refresh-read.ts';

const { pool } = await withDatabase({ max: 1, durable: false, byKey: true });

/** Everybody's refreshes of a while: every hundredth of one user, who joined some others. */
const MANY = 20_000;
beforeAll(async () => {
  await pool.query(`insert into users (id, name) values ('usr_a', 'A'), ('usr_b', 'B')`);
  await pool.query(
    `insert into api_keys (id, user_id, role, name, prefix, hash)
     select 'key_' || k, 'usr_a', 'user', k, k, k from unnest(array['a', 'spare']) k`,
  );
  await pool.query(
    `insert into refreshes (id, kind, mode, identity, scope, status, rank, source, role, user_id, key_id, reason, deadline_at, accepted_at)
     select 'ref_' || lpad(i::text, 6, '0'), 'prices', 'smart', i, i, 'success', 20, 'manual', 'user', u, replace(u, 'usr', 'key'),
       'of ' || u, now(), now() - make_interval(mins => $1 - i)
     from generate_series(1, $1) i, lateral (select case when i % 100 = 0 then 'usr_a' else 'usr_b' end) as t(u)`,
    [MANY],
  );
  await pool.query(
    `insert into refresh_callers (refresh_id, user_id, key_id, role, reason) values
       ('ref_019999', 'usr_a', 'key_spare', 'user', 'joined'), ('ref_000100', 'usr_a', 'key_spare', 'user', 'again'),
       ('ref_000100', 'usr_b', 'key_b', 'user', 'too')`,
  );
  await pool.query('analyze');
});

const ids = async (filter: Omit<Parameters<typeof listRefreshes>[1], 'limit'>, limit = 3) =>
  (await listRefreshes(pool, { ...filter, limit })).map(({ id }) => id);

test('a user’s own refreshes come with those that it joined, each once, newest first', async () => {
  const visibleTo = 'usr_a';
  expect(await ids({ visibleTo })).toEqual(['ref_020000', 'ref_019999', 'ref_019900']);
  expect(await ids({ visibleTo }, 500)).toHaveLength(MANY / 100 + 1);
  const [last] = (await listRefreshes(pool, { visibleTo, limit: 2 })).slice(-1);
  expect(last).toMatchObject({ requestedBy: 'usr_a', requestReason: 'joined' });
  expect(await ids({ visibleTo, before: last })).toEqual(['ref_019900', 'ref_019800', 'ref_019700']);
  expect(await ids({ visibleTo, status: 'failed' })).toEqual([]);
  expect(await ids({ visibleTo, since: last?.acceptedAt })).toEqual(['ref_020000', 'ref_019999']);
});

test('they can be asked for by user and by key, of what one may see', async () => {
  expect(await ids({ requestedBy: 'usr_a' })).toEqual(['ref_020000', 'ref_019999', 'ref_019900']);
  expect(await ids({ requestedBy: 'key_a' })).toEqual(['ref_020000', 'ref_019900', 'ref_019800']);
  expect(await ids({ requestedBy: 'key_spare' })).toEqual(['ref_019999', 'ref_000100']);
  expect(await ids({ requestedBy: 'key_spare', visibleTo: 'usr_a' })).toEqual(['ref_019999', 'ref_000100']);
  for (const requestedBy of ['usr_b', 'key_b']) expect(await ids({ requestedBy, visibleTo: 'usr_a' })).toEqual([]);
});

test('whoever has few refreshes among everybody’s many is not kept waiting while all of them are read', async () => {
  await pool.query(`insert into users (id, name) values ('usr_new', 'New')`);
  for (const filter of [{ visibleTo: 'usr_new' }, { requestedBy: 'usr_new' }, { requestedBy: 'key_spare' }]) {
    const before = await entriesRead();
    await ids(filter);
    expect((await entriesRead()) - before).toBeLessThan(MANY / 20);
  }
});

/** Entries of indexes. */
async function entriesRead(): Promise<number> {
  await pool.query('select pg_stat_force_next_flush()');
  const { rows } = await pool.query<{ entries: number }>(
    `select sum(idx_tup_read)::int as entries from pg_stat_user_indexes where relname in ('refreshes', 'refresh_callers')`,
  );
  return rows[0]?.entries ?? 0;
}
