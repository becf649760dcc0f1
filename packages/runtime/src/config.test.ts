import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError, readConfig, secretsIn, variables } from './index.ts';

const shape = {
  databaseUrl: variables.DATABASE_URL,
  redisUrl: variables.REDIS_URL,
  port: variables.PORT,
  burst: variables.LIMIT_BURST,
};
const good = { DATABASE_URL: 'postgres://u:p@h/d', REDIS_URL: 'redis://h' };

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(shape, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('readConfig', () => {
  it('reads what is set and falls back to defaults, each in its own type', () => {
    expect(readConfig(shape, { ...good, PORT: '0' })).toEqual({
      databaseUrl: 'postgres://u:p@h/d',
      redisUrl: 'redis://h',
      port: 0,
      burst: { limit: 5, perSeconds: 10 },
    });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readConfig(shape, { ...good, PORT: ' ' }).port).toBe(8080);
  });

  it('names every problem at once', () => {
    const problems = problemsOf({ REDIS_URL: 'http://h', PORT: '70000', LIMIT_BURST: 'often' });
    expect(problems).toHaveLength(4);
    for (const name of ['DATABASE_URL', 'REDIS_URL', 'PORT', 'LIMIT_BURST']) {
      expect(problems.filter((problem) => problem.startsWith(name))).toHaveLength(1);
    }
  });

  it('never prints the value of a secret', () => {
    const text = problemsOf({ ...good, REDIS_URL: 'mongodb://admin:canary-secret@h' }).join();
    expect(text).toContain('REDIS_URL');
    expect(text).not.toContain('canary');
  });

  it('refuses with the exit code of a wrong configuration', () => {
    expect(() => readConfig(shape, {})).toThrow(expect.objectContaining({ exitCode: 78 }));
  });
});

describe('the kinds of value', () => {
  it.each([
    ['TRUST_PROXY', '2', 2],
    ['TRUST_PROXY', 'loopback, 10.0.0.0/8,fd00::/8', ['loopback', '10.0.0.0/8', 'fd00::/8']],
    ['WORKER_QUEUES', 'refresh, fetch-yahoo', ['refresh', 'fetch-yahoo']],
  ] as const)('%s understands %s', (name, text, value) => {
    expect(readConfig({ value: variables[name] }, { [name]: text })).toEqual({ value });
  });

  it.each([
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['TRUST_PROXY', 'proxy.internal'],
    ['WORKER_QUEUES', 'refresh,calculate'],
  ] as const)('%s refuses %s', (name, text) => {
    expect(() => readConfig({ value: variables[name] }, { [name]: text })).toThrow(`${name} must be`);
  });
});

describe('secretsIn', () => {
  it('finds the values of secret variables alone', () => {
    const env = { ...good, FRESHET_API_KEY: 'a-long-secret', LOG_LEVEL: 'information' };
    expect(secretsIn([variables.FRESHET_API_KEY, variables.LOG_LEVEL], env)).toEqual(['a-long-secret']);
  });
});

describe('environment', () => {
  /** What a process in this directory reads, with PORT=2222 in its environment. */
  function readIn(directory: string): string {
    const program = `import { environment } from ${JSON.stringify(new URL('environment.ts', import.meta.url).href)};
      console.log(environment().PORT, environment().HOST);`;
    const options = { cwd: directory, env: { PORT: '2222' }, encoding: 'utf8' } as const;
    return spawnSync(process.execPath, ['--input-type=module', '-e', program], options).stdout.trim();
  }

  it('reads .env, and the environment wins over it', () => {
    const directory = mkdtempSync(join(tmpdir(), 'freshet-env-'));
    writeFileSync(join(directory, '.env'), 'PORT=1111\nHOST="10.0.0.1" # where\n');
    const read = readIn(directory);
    rmSync(directory, { recursive: true });
    expect(read).toBe('2222 10.0.0.1');
  });

  it('passes over a directory named .env, as Python projects have', () => {
    const directory = mkdtempSync(join(tmpdir(), 'freshet-env-'));
    mkdirSync(join(directory, '.env'));
    const read = readIn(directory);
    rmSync(directory, { recursive: true });
    expect(read).toBe('2222 undefined');
  });

  it('refuses a .env that can not be read, instead of going on without what it says', () => {
    const directory = mkdtempSync(join(tmpdir(), 'freshet-env-'));
    // A link to itself: root may read everything else.
    symlinkSync('.env', join(directory, '.env'));
    const entry = fileURLToPath(new URL('run-process.fixture.ts', import.meta.url));
    const run = spawnSync(process.execPath, [entry], { cwd: directory, env: good, encoding: 'utf8' });
    rmSync(directory, { recursive: true });
    expect(run.status).toBe(78);
    expect(run.stderr).toContain(".env can't be read");
    expect(run.stderr).not.toContain('    at ');
  });
});
