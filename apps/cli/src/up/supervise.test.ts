import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childrenOf, eventually } from '@freshet/testing';
import { type LogFile, openLogFile } from './log-file.ts';
import { type Supervised, supervise, type SuperviseOptions } from './supervise.ts';

const entry = fileURLToPath(new URL('supervise.fixture.ts', import.meta.url));
let directory: string;
let log: LogFile;
let supervised: Supervised;
let deaths: [string, number][];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'freshet-supervise-'));
  log = openLogFile(join(directory, 'worker.log'));
  deaths = [];
});
afterEach(async () => {
  await supervised.stop();
  log.close();
  rmSync(directory, { recursive: true });
});

function start(options: Partial<SuperviseOptions> = {}): Supervised {
  supervised = supervise({
    name: 'worker',
    entry,
    env: { PORT: '0' },
    log,
    onDeath: (how, pauseMs) => deaths.push([how, pauseMs]),
    ...options,
  });
  return supervised;
}

describe('supervise', () => {
  it('starts a process, waits until it is ready, and ends it in order', async () => {
    expect(await start().ready).toMatchObject({ port: 4242 });
    const { pid } = supervised;
    await supervised.stop();
    expect(supervised.pid).toBeUndefined();
    expect(childrenOf(process.pid).map((child) => child.pid)).not.toContain(pid);
    expect(readFileSync(log.path, 'utf8')).toContain('drained');
    expect(deaths).toEqual([]);
  });

  it('starts a killed process again, each time after a longer pause', async () => {
    await start().ready;
    const pids = new Set<number>();
    for (let life = 1; life <= 2; life++) {
      const pid = await eventually(() => {
        const now = supervised.pid;
        if (now === undefined || pids.has(now)) throw new Error('not yet started again');
        return now;
      });
      pids.add(pid);
      process.kill(pid, 'SIGKILL');
      await eventually(() => expect(deaths).toHaveLength(life));
    }
    expect(deaths).toEqual([
      ['ended by SIGKILL', 250],
      ['ended by SIGKILL', 500],
    ]);
  });

  it('starts a killed process again also where its log was removed, and logs under the same name', async () => {
    await start().ready;
    rmSync(log.path);
    process.kill(supervised.pid as number, 'SIGKILL');
    await eventually(() => expect(deaths).toHaveLength(1));
    await eventually(() => expect([supervised.pid === undefined, existsSync(log.path)]).toEqual([false, true]));
  });

  it('gives up on a process that was never ready, and says what it said', async () => {
    await expect(start({ env: { FIXTURE: 'broken' } }).ready).rejects.toThrow(/ended with code 78\nnothing works here/);
    expect(deaths).toEqual([]);
  });

  it('starts nothing again once it is stopped, also in the pause between two lives', async () => {
    await start().ready;
    process.kill(supervised.pid as number, 'SIGKILL');
    await eventually(() => expect(deaths).toHaveLength(1));
    await supervised.stop();
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(supervised.pid).toBeUndefined();
  });
});
