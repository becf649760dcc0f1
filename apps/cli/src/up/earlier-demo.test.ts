import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@freshet/embedded';
import { ensureBase, migrate } from '@freshet/store';
import { moveEarlierDemo, ofEarlierDemo } from './earlier-demo.ts';

let dataDir: string;
let demoDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "freshet-earlier it's "));
  demoDir = join(dataDir, 'simulated');
});
afterEach(() => rmSync(dataDir, { recursive: true }));

async function keptBefore(demo: boolean): Promise<void> {
  const server = await startPostgres({ dataDir: join(dataDir, 'postgres'), settings: { fsync: 'off' } });
  await migrate(server.url);
  await ensureBase(server.url, { demo });
  await server.stop();
  mkdirSync(join(dataDir, 'redis'));
  writeFileSync(join(dataDir, 'redis', 'password'), 'kept');
}

async function said(): Promise<string[]> {
  const lines: string[] = [];
  await moveEarlierDemo(dataDir, demoDir, (line) => lines.push(line));
  return lines;
}

test('the servers of an earlier demo are moved to its place once, and that is said', async () => {
  await keptBefore(true);
  expect(await said()).toEqual([expect.stringContaining(`earlier demo from ${dataDir} to ${demoDir}`)]);
  expect(readdirSync(dataDir)).toEqual(['simulated']);
  expect(existsSync(join(demoDir, 'postgres', 'cluster', 'PG_VERSION'))).toBe(true);
  expect(existsSync(join(demoDir, 'redis', 'password'))).toBe(true);
  expect(await said()).toEqual([]);
}, 60_000);

test('those of real prices stay where they are', async () => {
  await keptBefore(false);
  expect(await said()).toEqual([]);
  expect(readdirSync(dataDir).sort()).toEqual(['postgres', 'redis']);
}, 60_000);

test('a database that can not be started keeps no demo from starting', async () => {
  mkdirSync(join(dataDir, 'postgres', 'cluster'), { recursive: true });
  writeFileSync(join(dataDir, 'postgres', 'cluster', 'PG_VERSION'), '9');
  expect(await said()).toEqual([expect.stringContaining('could not be examined')]);
  expect(existsSync(join(dataDir, 'postgres', 'cluster', 'PG_VERSION'))).toBe(true);
}, 60_000);

test('an earlier demo stays beside one that was begun anew, and has another place to go to', () => {
  for (const dir of [dataDir, demoDir]) mkdirSync(join(dir, 'postgres', 'cluster'), { recursive: true });
  const { message } = ofEarlierDemo(dataDir);
  const quoted = (path: string) => `'${join(dataDir, path).replace("'", `'\\''`)}'`;
  expect(message).toContain(`--data-dir ${quoted('earlier')} `);
  expect(message).toContain(
    `mkdir -p ${quoted('earlier/simulated')} && mv ${quoted('postgres')} ${quoted('earlier/simulated')}`,
  );
});
