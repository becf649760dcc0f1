import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '@freshet/testing';
import { isAlive } from './processes.ts';

describe('the servers', () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'end in order when the process that started them is ended by %s',
    async (signal) => {
      const directory = mkdtempSync(join(tmpdir(), 'freshet-watchdog-'));
      const starter = spawn(
        process.execPath,
        [fileURLToPath(new URL('server.fixture.ts', import.meta.url)), directory],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      const ended = new Promise((resolve) => starter.once('close', resolve));
      const line = await new Promise<string>((resolve) =>
        starter.stdout.once('data', (chunk) => resolve(String(chunk))),
      );
      const { postgres, redis } = JSON.parse(line) as Record<'postgres' | 'redis', [number, string]>;
      expect(isAlive(postgres[0]) && isAlive(redis[0])).toBe(true);
      starter.kill(signal);
      await ended;
      await eventually(() => expect([isAlive(postgres[0]), isAlive(redis[0])]).toEqual([false, false]), {
        withinMs: 60_000,
      });
      rmSync(directory, { recursive: true, maxRetries: 5, retryDelay: 100 });
    },
    120_000,
  );
});
