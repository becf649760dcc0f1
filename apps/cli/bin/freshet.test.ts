import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { eventually, repositoryRoot } from '@freshet/testing';

/** An API that never answers, so that a command goes on until somebody ends it. */
const silent = createServer(() => {});
let url: string;
beforeAll(async () => {
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
});
afterAll(() => {
  silent.closeAllConnections();
  silent.close();
});

/** Runs a command as npm does it: below a shell that passes no signal on. */
async function belowAShell(env: Record<string, string>) {
  const entry = join(repositoryRoot, 'apps/cli/bin/freshet.js');
  const shell = spawn('/bin/sh', ['-c', `"${process.execPath}" "${entry}" status & echo $!; wait`], {
    env: { PATH: process.env.PATH, FRESHET_URL: url, FRESHET_API_KEY: 'a-long-secret', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(shell.stdout, 'data')) as [Buffer];
  const pid = Number(line);
  await once(silent, 'request');
  const isAlive = () => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  return { shell, pid, isAlive };
}

test('under npx a command ends with the shell that runs it, as a SIGTERM to npx alone ends only that', async () => {
  const { shell, isAlive } = await belowAShell({ npm_lifecycle_event: 'npx' });
  shell.kill('SIGTERM');
  await eventually(() => expect(isAlive()).toBe(false), { withinMs: 20_000 });
}, 60_000);

test('elsewhere it outlives its parent, as nohup and service managers expect', async () => {
  const { shell, pid, isAlive } = await belowAShell({});
  const ended = once(shell, 'exit');
  shell.kill('SIGTERM');
  await ended;
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(isAlive()).toBe(true);
  process.kill(pid, 'SIGKILL');
  await eventually(() => expect(isAlive()).toBe(false));
}, 60_000);
