import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childrenOf, eventually, familyOf, isRunning, type StartedProcess, startProcess } from '@freshet/testing';

/** The line of `freshet up --json`, as the contract has it. */
interface Up {
  ready: true;
  api: string;
  simulator: string | null;
  database_url: string;
  redis_url: string;
  keys: Record<'admin' | 'user' | 'support' | 'system', string>;
  user_id: string;
  pids: Record<'api' | 'worker' | 'scheduler' | 'postgres' | 'redis', number[]>;
}

let directory: string;
let running: StartedProcess<Up>;
let first: Up;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'freshet-up-'));
  running = start();
  first = await running.ready;
}, 180_000);
afterAll(async () => {
  await running?.terminate();
  rmSync(directory, { recursive: true, maxRetries: 5, retryDelay: 100 });
}, 60_000);

function start(args = ['--simulate', '--port', '0'], env: Record<string, string> = {}): StartedProcess<Up> {
  return startProcess<Up>('apps/cli/bin/freshet.js', env, ['up', '--json', '--data-dir', directory, ...args]);
}

async function price(up: Up): Promise<number> {
  const headers = { authorization: `Bearer ${up.keys.user}` };
  const response = await fetch(`${up.api}/api/v1/market-data/latest/AAPL`, { headers });
  return ((await response.json()) as { price: number }).price;
}

describe('freshet up', () => {
  test('says all there is to know in one line, when the first quotes are there', async () => {
    expect(running.stdout().trimEnd().split('\n')).toHaveLength(1);
    expect(first).toEqual({
      ready: true,
      api: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      simulator: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      database_url: expect.stringMatching(/^postgres:\/\/.+@127\.0\.0\.1:\d+\/freshet$/),
      redis_url: expect.stringMatching(/^redis:\/\/.+@127\.0\.0\.1:\d+$/),
      keys: {
        admin: expect.any(String),
        user: expect.any(String),
        support: expect.any(String),
        system: expect.any(String),
      },
      user_id: expect.stringMatching(/^usr_/),
      pids: {
        api: [expect.any(Number)],
        worker: [expect.any(Number), expect.any(Number)],
        scheduler: [expect.any(Number)],
        postgres: [expect.any(Number)],
        redis: [expect.any(Number)],
      },
    });
    for (const pid of Object.values(first.pids).flat()) expect(isRunning(pid)).toBe(true);
    expect(await price(first)).toBeGreaterThan(0);
  });

  test('asks for the history behind the first quotes', async () => {
    const headers = { authorization: `Bearer ${first.keys.admin}` };
    const response = await fetch(`${first.api}/api/v1/refreshes?kind=all`, { headers });
    const { data } = (await response.json()) as { data: object[] };
    // Beside whatever a schedule asks for at this time of day.
    const asked = expect.objectContaining({
      mode: 'full',
      priority: 'low',
      request_reason: 'history behind the start',
    });
    expect(data).toEqual(expect.arrayContaining([asked]));
  });

  test('keeps its keys where only their owner can read them', () => {
    const path = join(directory, 'keys.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(first.keys);
  });

  test('lets no second one onto the same data directory', async () => {
    const second = start();
    expect(await second.ended).toMatchObject({ code: 1 });
    expect(second.stderr()).toContain(`in use by process ${running.pid}`);
  });

  test('says what to do when its port is taken', async () => {
    const other = mkdtempSync(join(tmpdir(), 'freshet-up-'));
    const second = startProcess('apps/cli/bin/freshet.js', {}, [
      'up',
      '--json',
      '--data-dir',
      other,
      '--port',
      new URL(first.api).port,
    ]);
    expect(await second.ended).toMatchObject({ code: 1 });
    expect(second.stderr()).toContain('--port');
    rmSync(other, { recursive: true });
  });

  test('starts a killed worker and a killed api again', async () => {
    process.kill(first.pids.worker[0] as number, 'SIGKILL');
    process.kill(first.pids.api[0] as number, 'SIGKILL');
    await eventually(
      async () => {
        expect(await price(first)).toBeGreaterThan(0);
        const workers = childrenOf(running.pid).filter(({ command }) => command.includes('apps/worker/src/main.ts'));
        expect(workers).toHaveLength(2);
      },
      { withinMs: 20_000, everyMs: 100 },
    );
  }, 30_000);

  test('drains and stops all of it at SIGTERM, and finds everything as it was at the next start', async () => {
    const family = familyOf(running.pid);
    // As after a careless copy.
    chmodSync(join(directory, 'keys.json'), 0o644);
    expect(await running.terminate()).toEqual({ code: 0, signal: null });
    await eventually(() => expect(family.filter(isRunning)).toEqual([]));

    running = start(['--port', '0', '--simulate', '--workers', '1']);
    const again = await running.ready;
    expect(again.keys).toEqual(first.keys);
    expect(statSync(join(directory, 'keys.json')).mode & 0o777).toBe(0o600);
    expect(again.user_id).toBe(first.user_id);
    expect(again.pids.worker).toHaveLength(1);
    expect(await price(again)).toBeGreaterThan(0);
  }, 60_000);

  test('leaves nothing running when it is killed itself', async () => {
    const family = familyOf(running.pid);
    await running.kill9();
    await eventually(() => expect(family.filter(isRunning)).toEqual([]), { withinMs: 15_000 });
  }, 30_000);

  test('takes along what a demo of an earlier version kept where only real data are now', async () => {
    const demo = join(directory, 'simulated');
    for (const server of ['postgres', 'redis']) renameSync(join(demo, server), join(directory, server));
    rmdirSync(demo);
    const refused = start(['--port', '0']);
    expect(await refused.ended).toMatchObject({ code: 1 });
    const { detail } = JSON.parse(refused.stderr());
    expect(detail).toMatch(/^mkdir -p \S+\/simulated && mv \S+\/redis \S+\/postgres \S+\/simulated$/m);

    running = start(['--port', '0', '--simulate', '--workers', '1']);
    expect((await running.ready).user_id).toBe(first.user_id);
    expect(statSync(join(demo, 'postgres', 'cluster')).isDirectory()).toBe(true);
    await running.terminate();
  }, 90_000);

  test('shows real providers a market of their own, beside what was simulated, with the same keys', async () => {
    const urls = ['YAHOO', 'BINANCE', 'COINGECKO', 'FINVIZ'].map((name) => [`${name}_BASE_URL`, 'http://127.0.0.1:1']);
    running = start(['--port', '0', '--workers', '1'], Object.fromEntries(urls));
    const real = await running.ready;
    expect(real.simulator).toBeNull();
    expect(real.keys).toEqual(first.keys);
    const headers = { authorization: `Bearer ${real.keys.admin}` };
    const latest = await fetch(`${real.api}/api/v1/market-data/latest/AAPL`, { headers });
    expect(latest.status).toBe(404);
    const users = await fetch(`${real.api}/api/v1/users`, { headers });
    expect(await users.text()).not.toContain('Demo');
    // Where the system shows it: only who asks providers is told of them.
    const told = (pid?: number) => readFileSync(`/proc/${pid}/environ`, 'utf8').includes('YAHOO_BASE_URL');
    if (existsSync('/proc/self/environ'))
      expect([real.pids.worker, real.pids.api, real.pids.scheduler].map(([pid]) => told(pid))).toEqual([
        true,
        false,
        false,
      ]);
  }, 90_000);
});
