import { eventually, withDatabase } from '@freshet/testing';
import { dropExpiredPartitions, ensurePartitions, WRITTEN_DAYS } from './partitions.ts';

const { pool } = await withDatabase();

beforeAll(async () => {
  await ensurePartitions(pool);
});

const partitions = async () =>
  (
    await pool.query<{ name: string }>(
      `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'financial_time_series'::regclass order by 1`,
    )
  ).rows.map(({ name }) => name);
/** Not the last: after midnight there is one more. */
const dayAhead = async () => (await partitions()).at(-2) as string;
const indexesOf = async (table: string) =>
  (
    await pool.query(
      `select i.indisprimary as primary, i.indisunique as unique, pg_get_indexdef(i.indexrelid, 1, true) as first,
         exists (select from pg_inherits where inhrelid = i.indexrelid) as attached
       from pg_index i where i.indrelid = $1::regclass order by 1, 2, 3`,
      [table],
    )
  ).rows;

/** As pg_dump does: it has read of everything, and goes on for long. */
async function dumping<T>(work: () => Promise<T>): Promise<T> {
  const dump = await pool.connect();
  await dump.query('begin');
  await dump.query('set local idle_in_transaction_session_timeout = 0');
  await dump.query('lock table financial_time_series in access share mode');
  try {
    return await work();
  } finally {
    await dump.query('rollback');
    dump.release();
  }
}

test('a day that is missing is made while a dump reads the series, and is a partition like the others', async () => {
  const day = await dayAhead();
  const indexes = await indexesOf((await partitions()).at(-1) as string);
  await pool.query(`drop table ${day}`);
  await dumping(() => ensurePartitions(pool));
  expect(await partitions()).toContain(day);
  expect(await indexesOf(day)).toEqual(indexes);
  expect(indexes.every(({ attached }) => attached)).toBe(true);
});

test('there is a day for every quote that is written, and for a week in which nobody makes more', async () => {
  const { rows } = await pool.query<{ name: string }>(
    `select to_char(day, '"financial_time_series_"YYYY_MM_DD') as name
     from generate_series(now() - make_interval(days => $1), now() + interval '7 days', interval '1 day') as day`,
    [WRITTEN_DAYS],
  );
  await pool.query(`drop table ${rows[0]?.name}, ${rows.at(-1)?.name}`);
  await ensurePartitions(pool);
  expect(await partitions()).toEqual(expect.arrayContaining(rows.map(({ name }) => name)));
});

test('many who find a day missing at once make it once', async () => {
  const day = await dayAhead();
  await pool.query(`drop table ${day}`);
  await Promise.all([ensurePartitions(pool), ensurePartitions(pool), ensurePartitions(pool)]);
  expect((await partitions()).filter((name) => name === day)).toHaveLength(1);
});

test('what is past its retention waits for the end of a dump, and nobody waits behind it for long', async () => {
  await pool.query(`create table financial_time_series_2001_01_01 partition of financial_time_series
    for values from ('2001-01-01T00:00:00Z') to ('2001-01-02T00:00:00Z')`);
  const reads = { done: 0, failed: 0 };
  const dropping = await dumping(async () => {
    const dropped = dropExpiredPartitions(pool, 30);
    const read = async () => {
      await pool
        .query(`select set_config('lock_timeout', '2500', true); select count(*) from financial_time_series`)
        .then(
          () => reads.done++,
          () => reads.failed++,
        );
    };
    await eventually(async () => {
      await read();
      expect(reads.done).toBeGreaterThan(5);
    });
    return { dropped };
  });
  expect(reads.failed).toBe(0);
  expect(await dropping.dropped).toBeGreaterThanOrEqual(1);
  expect(await partitions()).not.toContain('financial_time_series_2001_01_01');
});
