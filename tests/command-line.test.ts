import { execFile, spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, repositoryRoot } from '@freshet/testing';
import { askAsAdmin, stopSchedules } from './client.ts';
import { startSystem, type System } from './system.ts';

/** `freshet` as people and scripts use it: the real program, against a real api. */
let system: System;
let empty: string;

/** For a story that runs the program several times, each of which takes seconds on a busy machine. */
const SEVERAL_RUNS_MS = 120_000;
/** So slow that a call is on its way for as long as a program needs to begin and to end. */
const SLOW_MS = 20_000;

beforeAll(async () => {
  empty = mkdtempSync(join(tmpdir(), 'freshet-cli-'));
  system = await startSystem({ workers: 1, durable: false, simulator: ['--no-limits'] });
}, 180_000);
afterAll(async () => {
  await system?.stop();
  rmSync(empty, { recursive: true });
}, 60_000);

interface Ran {
  code: number;
  out: string;
  err: string;
}

function freshet(args: string[], env: Record<string, string> = {}): Promise<Ran> {
  const surroundings = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    FRESHET_URL: system.api,
    FRESHET_API_KEY: system.keys.admin,
    ...env,
  };
  return new Promise((resolve) => {
    const entry = join(repositoryRoot, 'apps/cli/bin/freshet.js');
    execFile(process.execPath, [entry, ...args], { cwd: empty, env: surroundings }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

/** Interrupts it when it has said something, as a terminal and whatever stands between pass Ctrl-C on: several times within moments. */
async function interrupted(args: string[], when: string): Promise<Ran> {
  const child = spawn(process.execPath, [join(repositoryRoot, 'apps/cli/src/main.ts'), ...args], {
    cwd: empty,
    env: { PATH: process.env.PATH, FRESHET_URL: system.api, FRESHET_API_KEY: system.keys.admin },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  for (const output of ['stdout', 'stderr'] as const)
    child[output].on('data', (chunk) => (said[output] += String(chunk)));
  const ended = new Promise<number>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? Number(signal))),
  );
  try {
    await eventually(() => expect(said.stdout + said.stderr).toContain(when), { withinMs: 60_000 });
    for (let echo = 0; echo < 5; echo++) {
      child.kill('SIGINT');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return { code: await ended, out: said.stdout, err: said.stderr };
}

async function json<T>(args: string[], env?: Record<string, string>): Promise<T> {
  const { out, err } = await freshet([...args, '--json'], env);
  if (!out.endsWith('}\n')) throw new Error(`no JSON, but ${out}${err}`);
  return JSON.parse(out) as T;
}

async function latency(provider: string, ms: number): Promise<void> {
  await fetch(`${system.simulator}/_simulator/latency`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ min_ms: ms, max_ms: ms, provider }),
  });
}

describe('freshet refresh', () => {
  // No tick asks for anything while calls are slow.
  beforeAll(() => stopSchedules(system), SEVERAL_RUNS_MS);
  afterAll(() => askAsAdmin(system, 'POST', '/api/v1/scheduler/start'));

  test.each([
    [['--sector', 'Technology'], 'group, not to prices'],
    [['all', '--watchlist', 'default'], 'watchlist, not to all'],
    [['holdings', '--user', 'me'], 'portfolio, not to holdings'],
  ])('refuses an option that its kind would ignore: %j', async (args, why) => {
    const { code, out, err } = await freshet(['refresh', ...args, '--no-wait']);
    expect([code, out, err]).toEqual([1, '', expect.stringContaining(why)]);
  });

  test('follows a refresh to its end and says what it did', async () => {
    const { code, out, err } = await freshet(['refresh', '--symbols', 'aapl,BTC-USD', '--force']);
    expect(code).toBe(0);
    expect(out).toMatch(/^ref_\w+ {2}success in \d+\.\d s/);
    expect(out).toMatch(/updated +2 prices\n/);
    expect(out).toMatch(/calls +.*1 binance/);
    expect(err).not.toContain('\u001b');
  });

  test('says by its exit code that some items failed, and why', async () => {
    const { code, out, err } = await freshet(['refresh', 'symbols', '--symbols', 'MSFT,NOSUCH', '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ status: 'partial', failures: [{ symbol: 'NOSUCH' }] });
    expect(err).toContain('The refresh ended as partial');
  });

  test.each(['symbols', 'prices'])(
    'of kind %s has the mode and the priority that it was asked for with',
    async (kind) => {
      const args = ['refresh', kind, '--symbols', 'KO,PEP', '--mode', 'full', '--emergency', '--force'];
      expect(await json(args)).toMatchObject({ kind, mode: 'full', priority: 'emergency' });
    },
  );

  test(
    'leaves one to itself, and follows it later to where somebody cancelled it',
    async () => {
      await latency('binance', SLOW_MS);
      const { out: id } = await freshet(['refresh', '--symbols', 'ADA-USD', '--force', '--no-wait']);
      const following = freshet(['refresh', '--follow', id.trim()]);
      await fetch(`${system.api}/api/v1/refreshes/${id.trim()}`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${system.keys.admin}` },
      });
      const { code, out } = await following;
      await latency('binance', 0);
      expect(code).toBe(4);
      expect(out).toContain('cancelled');
    },
    SEVERAL_RUNS_MS,
  );

  test('of somebody without portfolios says that there was nothing to do', async () => {
    const { keys } = system;
    const headers = { authorization: `Bearer ${keys.admin}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ name: 'without portfolios' });
    const answer = await fetch(`${system.api}/api/v1/users`, { method: 'POST', headers, body });
    const { user_id: user } = (await answer.json()) as { user_id: string };
    const { code, out } = await freshet(['refresh', 'portfolio', '--user', user]);
    expect(code).toBe(0);
    expect(out).toMatch(/\n {2}because +there is nothing in its scope\n/);
  });

  test('follows or leaves, not both', async () => {
    const { code, out, err } = await freshet(['refresh', '--follow', 'ref_x', '--no-wait']);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('give one of them');
  });

  test(
    'leaves it to itself at Ctrl-C, which may come as an echo too',
    async () => {
      await latency('binance', SLOW_MS);
      // Not the symbol of the cancelled refresh: its call may still be on its way, and whoever comes shares the answer.
      const { code, err } = await interrupted(['refresh', '--symbols', 'LTC-USD', '--force'], 'Fetching');
      await latency('binance', 0);
      expect(code).toBe(130);
      expect(err).toMatch(/It goes on without us: freshet refresh --follow ref_\w+\n$/);
    },
    SEVERAL_RUNS_MS,
  );

  test('refuses what it does not know before it asks anybody', async () => {
    const { code, err } = await freshet(['refresh', 'everything'], { FRESHET_URL: 'http://127.0.0.1:9' });
    expect(code).toBe(1);
    expect(err).toContain('Allowed choices are all, prices');
  });

  test('says what is wrong with its arguments, and no page of help that would push it off the screen', async () => {
    const { code, err } = await freshet(['allocate', '--strategy', 'nonsense', '--prices', 'none.csv']);
    expect(code).toBe(1);
    expect(err).toMatch(/^error: .*'nonsense' is invalid.*\n\(--help says what it takes\)\n$/);
  });

  test(
    'refuses a data directory without a name: that of a variable that nobody set',
    async () => {
      for (const command of ['status', 'up']) {
        const { code, err } = await freshet([command, '--data-dir', '']);
        expect([code, err]).toEqual([1, expect.stringContaining("argument '' is invalid")]);
      }
      expect(existsSync(join(empty, 'keys.json'))).toBe(false);
    },
    SEVERAL_RUNS_MS,
  );
});

describe('what there is to see', () => {
  test('quotes: prices with age and source, what is missing on stderr', async () => {
    const { code, out, err } = await freshet(['quotes', 'AAPL', 'NOSUCH']);
    expect(code).toBe(0);
    expect(out).toMatch(/^symbol +price.*age +freshness.*source/);
    expect(out).toMatch(/\nAAPL +\d+\.\d+ +USD .*yahoo/);
    expect(err).toBe('No price of NOSUCH.\n');
  });

  test('quotes: an exit code when there is none at all', async () => {
    expect(await freshet(['quotes', 'NOSUCH'])).toMatchObject({ code: 1, err: 'No price of NOSUCH.\n' });
  });

  test('quotes: fetched when they are older than wanted', async () => {
    const { quotes } = await json<{ quotes: { age_s: number }[] }>(['quotes', 'BTC-USD', '--max-age', '0']);
    expect(quotes[0]?.age_s).toBeLessThan(5);
  });

  test(
    'watch: prices as they come',
    async () => {
      await freshet(['quotes', 'SOL-USD', '--fetch']);
      const watching = freshet(['watch', 'SOL-USD', '--updates', '1', '--json']);
      // The program takes a moment to listen; a price that comes before isn't heard.
      const ended = watching.then(() => true);
      const asked = () => freshet(['quotes', 'SOL-USD', '--max-age', '0']).then(() => false);
      for (let heard = false; !heard; ) heard = await Promise.race([ended, asked()]);
      const { code, out } = await watching;
      const [before, update] = out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { symbol: string; price: number });
      expect(code).toBe(0);
      expect(before).toMatchObject({ symbol: 'SOL-USD', freshness: expect.any(String) });
      expect(update).toMatchObject({ symbol: 'SOL-USD', price: expect.any(Number) });
    },
    SEVERAL_RUNS_MS,
  );

  test(
    'watch: ends well at Ctrl-C, which may come as an echo too',
    async () => {
      await freshet(['quotes', 'AAPL', '--fetch']);
      const { code, out, err } = await interrupted(['watch', 'AAPL'], 'AAPL');
      expect([code, err]).toEqual([0, '']);
      expect(out).toMatch(/^symbol/);
    },
    SEVERAL_RUNS_MS,
  );

  test(
    'watch: says of what there is no price to begin with',
    async () => {
      expect(await interrupted(['watch', 'NOSUCH'], 'No price')).toMatchObject({
        code: 0,
        err: 'No price of NOSUCH yet.\n',
      });
    },
    SEVERAL_RUNS_MS,
  );

  test(
    'explain: the story of a price',
    async () => {
      const { out } = await freshet(['explain', 'aapl']);
      expect(out).toMatch(/^AAPL +Apple/);
      expect(out).toMatch(/\nchecks +positive/);
      expect(out).toMatch(/\nwritten by +ref_/);
      expect(await json(['explain', 'AAPL'])).toMatchObject({ symbol: 'AAPL', provider: 'yahoo' });
    },
    SEVERAL_RUNS_MS,
  );

  test('status, sources, schedules and failed: for people and as JSON', async () => {
    const [status, sources, schedules, failed] = await Promise.all(
      ['status', 'sources', 'schedules', 'failed'].map((command) => freshet([command])),
    );
    expect(status?.out).toMatch(/is ready\nscheduler +running\n/);
    expect(sources?.out).toMatch(/\nbinance +healthy/);
    expect(sources?.out).toMatch(/\niex +retired .*shut down on 31 August 2024/);
    expect(schedules?.out).toMatch(/\nlive +every 30 s/);
    expect(failed?.out).toBe('Nothing has failed.\n');
    expect(await json(['status'])).toMatchObject({ scheduler: 'running', ready: { ready: true } });
    expect(await json(['sources'])).toMatchObject({ overall: { health: expect.any(String) } });
    expect(await json(['schedules'])).toMatchObject({ state: 'running' });
    expect(await json(['failed'])).toEqual({ data: [], next_cursor: null });
    // The next rings of eight schedules are no work that waits; a tick's would be.
    await stopSchedules(system);
    await eventually(async () => expect(await json(['status'])).toMatchObject({ queue: { pending: 0 } }), {
      withinMs: 60_000,
    });
    await askAsAdmin(system, 'POST', '/api/v1/scheduler/start');
  }, 180_000);
});

describe('what there is to change', () => {
  test(
    'schedules are switched off and on, stopped, started and run',
    async () => {
      expect((await freshet(['schedules', 'disable', 'live'])).out).toBe('live is off.\n');
      expect((await freshet(['schedules', 'enable', 'live'])).out).toBe('live is on.\n');
      expect(await json(['schedules', 'stop'])).toMatchObject({ state: 'stopped' });
      expect((await freshet(['schedules', 'start'])).out).toBe('The scheduler is running.\n');
      expect((await freshet(['schedules', 'run', 'watchlist'])).out).toMatch(/^ref_\w+\n$/);
    },
    SEVERAL_RUNS_MS,
  );

  test(
    'a key is created, shown once, used and revoked',
    async () => {
      const created = await freshet(['keys', 'create', '--role', 'support', '--name', 'night shift']);
      const secret = created.out.trim();
      expect(secret).toMatch(/^fsh_/);
      const { data } = await json<{ data: { key_id: string; name: string }[] }>(['keys']);
      expect(JSON.stringify(data)).not.toContain(secret);
      const id = data.find(({ name }) => name === 'night shift')?.key_id ?? '';

      const theirs = { FRESHET_API_KEY: secret };
      expect((await freshet(['sources'], theirs)).code).toBe(0);
      expect((await freshet(['schedules', 'stop'], theirs)).err).toMatch(/\(forbidden, request /);

      expect((await freshet(['keys', 'revoke', id])).out).toBe(`${id} is revoked.\n`);
      expect((await freshet(['keys', 'revoke', id])).code).toBe(1);
    },
    SEVERAL_RUNS_MS,
  );

  test(
    'a new link signs a browser in, once',
    async () => {
      const { code, out, err } = await freshet(['sign-in']);
      expect([code, err]).toEqual([0, 'It works once, within 15 min.\n']);
      const follow = async () => (await fetch(out.trim(), { redirect: 'manual' })).status;
      expect([await follow(), await follow()]).toEqual([302, 403]);
      const link = await json(['sign-in']);
      expect(link).toEqual({ path: expect.any(String), url: expect.stringContaining(system.api), expires_in_s: 900 });
      const { code: refused, err: why } = await freshet(['sign-in', '--json'], { FRESHET_API_KEY: 'fsh_wrong-key' });
      expect([refused, JSON.parse(why)]).toEqual([
        1,
        {
          ...{ code: 'unauthenticated', status: 401, request_id: expect.any(String) },
          detail: expect.stringContaining('The key is the one of FRESHET_API_KEY.'),
        },
      ]);
    },
    SEVERAL_RUNS_MS,
  );

  test(
    'the first key of an installation is made in the database',
    async () => {
      const env = { FRESHET_API_KEY: '', DATABASE_URL: system.databaseUrl };
      const { out, code } = await freshet(['keys', 'create', '--role', 'admin'], env);
      expect(code).toBe(0);
      expect(await json(['keys'], { FRESHET_API_KEY: out.trim() })).toHaveProperty('data');
    },
    SEVERAL_RUNS_MS,
  );
});

describe('who reads it may have read enough', () => {
  /** Runs it with one of its outputs closed from the beginning, or with its first words. */
  function unread(args: string[], which: 'stdout' | 'stderr', when: 'at once' | 'later'): Promise<Ran> {
    const child = spawn(process.execPath, [join(repositoryRoot, 'apps/cli/src/main.ts'), ...args], {
      cwd: empty,
      env: { PATH: process.env.PATH, FRESHET_URL: system.api, FRESHET_API_KEY: system.keys.admin },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { stdout: '', stderr: '' };
    for (const output of ['stdout', 'stderr'] as const) {
      child[output].on('data', (chunk) => {
        said[output] += String(chunk);
        if (output === which) child[output].destroy();
      });
    }
    if (when === 'at once') child[which].destroy();
    return new Promise((resolve) =>
      child.once('exit', (code) => resolve({ code: code ?? -1, out: said.stdout, err: said.stderr })),
    );
  }

  test(
    'a refresh ends all the same, and its exit code says how',
    async () => {
      const args = ['refresh', '--force', '--symbols'];
      expect(await unread([...args, 'BTC-USD,NOTHERE'], 'stdout', 'at once')).toMatchObject({ code: 2 });
      expect(await unread([...args, 'BTC-USD'], 'stderr', 'at once')).toMatchObject({
        code: 0,
        out: expect.stringMatching(/^ref_\w+ {2}success/),
      });
    },
    SEVERAL_RUNS_MS,
  );

  test(
    'watch ends with the next price',
    async () => {
      await freshet(['quotes', 'SOL-USD', '--fetch']);
      const watching = unread(['watch', 'SOL-USD'], 'stdout', 'later');
      const ended = watching.then(() => true);
      const asked = () => freshet(['quotes', 'SOL-USD', '--max-age', '0']).then(() => false);
      for (let over = false; !over; ) over = await Promise.race([ended, asked()]);
      expect(await watching).toMatchObject({ code: 0, err: '' });
    },
    SEVERAL_RUNS_MS,
  );

  const onFullDisk = existsSync('/dev/full') ? test : test.skip; // Linux has such a file; macOS has none, and nothing else that is full.
  onFullDisk('a disk without room is a failure', () => {
    const full = openSync('/dev/full', 'w');
    const args = ['calendar', 'XNYS', '--from', '2020-01-01', '--to', '2020-01-31'];
    const { status, stderr } = spawnSync(process.execPath, [join(repositoryRoot, 'apps/cli/src/main.ts'), ...args], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(full);
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^The output could not be written: ENOSPC/)]);
  });
});

describe('when it cannot', () => {
  test('it says that nobody answers, and what to do', async () => {
    const { code, err } = await freshet(['quotes', 'AAPL'], { FRESHET_URL: 'http://127.0.0.1:9' });
    expect(code).toBe(1);
    expect(err).toMatch(/^No API answers at http:\/\/127\.0\.0\.1:9 .*FRESHET_URL/);
  });

  test(
    'it says that there is no key, or a wrong one',
    async () => {
      expect((await freshet(['status'], { FRESHET_API_KEY: '' })).err).toMatch(/^There is no key: set FRESHET_API_KEY/);
      const wrong = (await freshet(['status'], { FRESHET_API_KEY: 'fsh_wrong-key' })).err;
      expect(wrong).toMatch(/The key is the one of FRESHET_API_KEY\. \(unauthenticated, /);
      const dataDir = join(empty, 'data');
      mkdirSync(dataDir);
      writeFileSync(join(dataDir, 'keys.json'), JSON.stringify({ admin: 'fsh_wrong-key' }));
      const { err } = await freshet(['status', '--data-dir', dataDir], { FRESHET_API_KEY: '' });
      expect(err).toContain(`The key is the one of ${dataDir}/keys.json.`);
    },
    SEVERAL_RUNS_MS,
  );
});

test(
  'the doctor that knows of no servers says once how it would',
  async () => {
    const { out } = await freshet(['doctor', '--data-dir', join(empty, 'none')]);
    expect(out.match(/ \? /g)?.length).toBeGreaterThan(5);
    expect(out.match(/Set DATABASE_URL and REDIS_URL/g)).toHaveLength(1);
  },
  SEVERAL_RUNS_MS,
);

test(
  'the doctor finds nothing wrong with it',
  async () => {
    const env = { DATABASE_URL: system.databaseUrl, REDIS_URL: system.redisUrl };
    const { healthy, findings } = await json<{ healthy: boolean; findings: { check: string; state: string }[] }>(
      ['doctor'],
      env,
    );
    expect(findings.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(healthy).toBe(true);
    expect((await freshet(['doctor'], env)).code).toBe(0);
  },
  SEVERAL_RUNS_MS,
);
