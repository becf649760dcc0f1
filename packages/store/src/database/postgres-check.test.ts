import { testDatabase } from '@freshet/testing';
import { createPool } from './pool.ts';
import { createPostgresCheck } from './postgres-check.ts';

test('a database that answers and takes no writes is not ready', async () => {
  const database = await testDatabase();
  const pool = createPool({ url: database.url, max: 1 });
  try {
    const check = createPostgresCheck(pool);
    expect(await check()).toBeUndefined();
    await pool.query('set default_transaction_read_only = on');
    expect(await check()).toBe('takes no writes');
  } finally {
    await pool.end();
    await database.drop();
  }
});
