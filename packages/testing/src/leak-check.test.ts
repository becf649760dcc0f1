import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childrenOf } from './children.ts';
import { repositoryRoot } from './repository.ts';

describe('the leak check', () => {
  it('fails a test file that leaves a process running, and ends that process', () => {
    const directory = mkdtempSync(join(tmpdir(), 'freshet-leak-'));
    const story =
      "import { spawn } from 'node:child_process';\nit('leaks', () => void spawn('sleep', ['61'], { stdio: 'ignore' }));\n";
    writeFileSync(join(directory, 'leak.test.mjs'), story);
    writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
    const config = {
      rootDir: directory,
      testMatch: ['**/*.test.mjs'],
      testEnvironment: join(repositoryRoot, 'packages/testing/src/jest/environment.ts'),
      transform: {},
      watchman: false,
    };
    const jest = [
      '--experimental-vm-modules',
      '--no-warnings',
      join(repositoryRoot, 'node_modules/jest/bin/jest.js'),
      '--config',
      JSON.stringify(config),
    ];
    const run = spawnSync(process.execPath, jest, { cwd: directory, encoding: 'utf8' });
    rmSync(directory, { recursive: true });
    expect(run.status).toBe(1);
    expect(run.stderr).toMatch(/left processes running:\s+\d+ sleep 61/);
  }, 60_000);
});

describe('childrenOf', () => {
  it('knows the living children of a process alone', async () => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    expect(childrenOf(process.pid)).toContainEqual({ pid: child.pid, parent: process.pid, command: 'sleep 60' });
    child.kill('SIGKILL');
    await ended;
    expect(childrenOf(process.pid).map(({ pid }) => pid)).not.toContain(child.pid);
  });
});
