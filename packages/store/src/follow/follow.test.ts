import { eventually, withDatabase } from '@freshet/testing';
import { failCalculations } from './follow.ts';

const { pool } = await withDatabase();

test('calculations that fail while their refresh is cancelled leave it cancelled, and are no error', async () => {
  await pool.query(
    `insert into refreshes (id, kind, mode, identity, scope, rank, source, role, deadline_at, status, open, calculates, total)
     values ('ref_1', 'all', 'full', 'all', 'all', 30, 'manual', 'system', now() + interval '1 day', 'in_progress', 0, true, 1)`,
  );
  await pool.query(
    `insert into refresh_items (refresh_id, subject, data, state) values ('ref_1', 'pf_1', 'portfolio', 'waiting')`,
  );
  const other = await pool.connect();
  try {
    await other.query('begin');
    await other.query(`update refreshes set status = 'cancelled' where id = 'ref_1'`);
    const failing = failCalculations(pool, 'ref_1', 'it could not be calculated');
    await eventually(async () => {
      const { rows } = await pool.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      expect(rows).toHaveLength(1);
    });
    await other.query('commit');
    expect(await failing).toMatchObject({ ended: [], changed: [] });
  } finally {
    other.release();
  }
  const { rows } = await pool.query(`select status, failed from refreshes`);
  expect(rows).toEqual([{ status: 'cancelled', failed: 0 }]);
});
