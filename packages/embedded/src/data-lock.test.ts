import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@freshet/testing';
import { lockDataDirectory } from './index.ts';
import { birthOf } from './processes.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'freshet-lock-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function leaveLock(pid: number, born: string): void {
  writeFileSync(join(directory, 'lock'), JSON.stringify({ pid, born }));
}

describe('lockDataDirectory', () => {
  it('lets one in, says who is there to the next, and lets that one in afterwards', () => {
    const unlock = lockDataDirectory(directory);
    expect(() => lockDataDirectory(directory)).toThrow(`in use by process ${process.pid}`);
    unlock();
    lockDataDirectory(directory)();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('gives back its own lock alone, should somebody else have it by now', () => {
    const unlock = lockDataDirectory(directory);
    leaveLock(process.ppid, birthOf(process.ppid));
    unlock();
    expect(() => lockDataDirectory(directory)).toThrow(`in use by process ${process.ppid}`);
  });

  it('says what to do when the directory cannot be one', () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    for (const impossible of [file, join(file, 'below')]) {
      expect(() => lockDataDirectory(impossible)).toThrow(
        `${impossible} can't be used: a file is in its place. Choose`,
      );
    }
  });

  it('gives up where nothing can be made', () => {
    // In a process of its own: what it is about neither returned nor heard a signal.
    const script = `import { lockDataDirectory } from '${join(import.meta.dirname, 'data-lock.ts')}'; lockDataDirectory('/proc/none/below')`;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      timeout: 30_000,
      killSignal: 'SIGKILL',
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([1, expect.stringContaining("/proc/none/below can't be used: ")]);
  }, 60_000);

  it('respects the lock of another process that lives', async () => {
    const other = spawn('sleep', ['60'], { stdio: 'ignore' });
    const ended = new Promise((resolve) => other.once('exit', resolve));
    leaveLock(other.pid as number, birthOf(other.pid as number));
    expect(() => lockDataDirectory(directory)).toThrow('Stop that one first');
    other.kill('SIGKILL');
    await ended;
    lockDataDirectory(directory)();
  });

  it('takes over the lock of a dead process whose number somebody else has by now', () => {
    leaveLock(process.ppid, 'at another time');
    lockDataDirectory(directory)();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('takes over the lock of a process that has ended, though nobody has asked yet how', async () => {
    // The shell becomes a program that never asks after its children.
    const parent = spawn('sh', ['-c', 'sleep 1 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const ended = new Promise((resolve) => parent.once('exit', resolve));
    try {
      const [line] = (await once(parent.stdout, 'data')) as [Buffer];
      const pid = Number(line);
      const born = birthOf(pid);
      leaveLock(pid, born);
      expect(() => lockDataDirectory(directory)).toThrow(`in use by process ${pid}`);
      await eventually(() => lockDataDirectory(directory)());
      expect(birthOf(pid)).toBe(born);
    } finally {
      parent.kill('SIGKILL');
      await ended;
    }
  });

  it('takes over a lock that was cut off while it was written', () => {
    writeFileSync(join(directory, 'lock'), '{"pid":');
    lockDataDirectory(directory)();
  });
});
