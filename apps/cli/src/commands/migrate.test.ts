import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createPool } from '@freshet/store';
import { repositoryRoot, testDatabase } from '@freshet/testing';

const run = promisify(execFile);

test('an empty database gets schema, assets and watchlist, once, though two start at the same moment', async () => {
  const database = await testDatabase({ empty: true });
  const env = { PATH: process.env.PATH, DATABASE_URL: database.url };
  const migrate = () => run(process.execPath, [join(repositoryRoot, 'apps/cli/bin/freshet.js'), 'migrate'], { env });
  const both = await Promise.all([migrate(), migrate()]);
  expect(both.map(({ stdout }) => stdout)).toEqual(Array(2).fill('The database is up to date.\n'));

  const pool = createPool({ url: database.url });
  const counts = () =>
    pool
      .query(
        `select (select count(*) from assets) as assets, (select count(*) from watchlists where is_default) as lists`,
      )
      .then(({ rows }) => rows[0] as { assets: number; lists: number });
  const before = await counts();
  expect(before.assets).toBeGreaterThan(150);
  expect(before.lists).toBe(1);
  await migrate();
  expect(await counts()).toEqual(before);
  await pool.end();
  await database.drop();
}, 120_000);
