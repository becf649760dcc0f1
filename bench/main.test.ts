import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot } from '@freshet/testing';

test.each([
  [['--rows', 'accept'], "Unknown option '--rows'"],
  [['accept'], "Unexpected argument 'accept'"],
  [['--only'], "Option '--only <value>' argument missing"],
  [['--only', 'everything'], 'There is no such row.'],
])('%j measures nothing, and is told what there is', (args, why) => {
  const ran = spawnSync(process.execPath, [join(repositoryRoot, 'bench/main.ts'), ...args], { encoding: 'utf8' });
  expect([ran.status, ran.stdout]).toEqual([2, '']);
  expect(ran.stderr).toContain(why);
  expect(ran.stderr).toMatch(/\nusage: npm run bench -- \[--json\] \[--quick\] \[--only ROW\]\nrows: .*\baccept\b/);
});
