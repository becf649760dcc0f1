import { withDatabase } from '@freshet/testing';
import { type Pool, type Queryable } from '../database/pool.ts';
import { createSchemaCheck } from './schema-check.ts';

const { pool } = await withDatabase();
let asked = 0;
const counting = {
  query: (...of: Parameters<Pool['query']>) => {
    asked++;
    return pool.query(...of);
  },
} as unknown as Queryable;

test('a schema that lacks migrations is told with what to do; one that is up to date is never asked again', async () => {
  const last = 'created_at = (select max(created_at) from drizzle.__drizzle_migrations)';
  const { rows } = await pool.query(
    `delete from drizzle.__drizzle_migrations where ${last} returning hash, created_at`,
  );
  expect(await createSchemaCheck(pool)()).toMatch(/lacks 1 migrations .* run freshet migrate/);
  await pool.query('insert into drizzle.__drizzle_migrations (hash, created_at) values ($1, $2)', [
    rows[0].hash,
    rows[0].created_at,
  ]);
  const check = createSchemaCheck(counting);
  expect(await check()).toBeUndefined();
  const before = asked;
  expect(await check()).toBeUndefined();
  expect(asked).toBe(before);
});

test('a schema that is newer than the process is good enough', async () => {
  await pool.query(
    `insert into drizzle.__drizzle_migrations (hash, created_at) values ('of a later version', 9999999999999)`,
  );
  expect(await createSchemaCheck(pool)()).toBeUndefined();
});

test('while the schema is behind, many probes at once are one question', async () => {
  await pool.query('drop schema drizzle cascade');
  asked = 0;
  const check = createSchemaCheck(counting);
  const answers = await Promise.all([check(), check(), check()]);
  expect(answers.every((answer) => answer?.includes('freshet migrate'))).toBe(true);
  expect(asked).toBe(1);
});
