import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createPool } from '@freshet/store';
import { repositoryRoot, testDatabase } from '@freshet/testing';

const run = promisify(execFile);
const dataDir = mkdtempSync(join(tmpdir(), 'freshet-first-key-'));
let database: Awaited<ReturnType<typeof testDatabase>>;
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.drop());
afterAll(() => rmSync(dataDir, { recursive: true }));

/** Without a key at hand. @returns what it printed, or said when it failed */
async function create(args: string[], url = database.url): Promise<{ out: string; error: string }> {
  const env = { PATH: process.env.PATH, DATABASE_URL: url };
  const all = [join(repositoryRoot, 'apps/cli/bin/freshet.js'), 'keys', 'create', '--data-dir', dataDir, ...args];
  return run(process.execPath, all, { env, cwd: dataDir }).then(
    ({ stdout, stderr }) => ({ out: stdout, error: stderr }),
    ({ stdout, stderr }) => ({ out: stdout as string, error: stderr as string }),
  );
}

const keys = async () => {
  const pool = createPool({ url: database.url });
  const { rows } = await pool.query<{ name: string; s: number }>(
    `select name, round(extract(epoch from expires_at - created_at))::int as s from api_keys`,
  );
  await pool.end();
  return rows;
};

test('the first key ends when it should', async () => {
  expect((await create(['--role', 'admin', '--expires-in', '3600'])).out).toMatch(/^fsh_/);
  expect(await keys()).toEqual([{ name: 'command line', s: 3_600 }]);
});

test('what the API would refuse is refused for the first key too', async () => {
  const { out, error } = await create(['--expires-in', '0', '--name', '']);
  expect(out).toBe('');
  expect(error).toMatch(/--name: .*--expires-in: .*60/);
  expect(await keys()).toEqual([]);
});

test('a database that was never migrated, and one that is not there, are told of as such', async () => {
  const empty = await testDatabase({ empty: true });
  expect((await create([], empty.url)).error).toContain('run freshet migrate first');
  await empty.drop();
  const { error } = await create([], 'postgres://u:secret@127.0.0.1:1/d');
  expect(error).toContain("DATABASE_URL names a PostgreSQL that can't be used now");
  expect(error).not.toContain('secret');
});
