import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '@freshet/testing';

const dataDir = mkdtempSync(join(tmpdir(), 'freshet-failure-'));
afterAll(() => rmSync(dataDir, { recursive: true }));

const NOBODY = { FRESHET_URL: 'http://127.0.0.1:9', FRESHET_API_KEY: 'fsh_some-key' };

function freshet(args: string[], env: Record<string, string> = NOBODY) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(repositoryRoot, 'apps/cli/src/main.ts'), ...args],
    { cwd: dataDir, env: { PATH: process.env.PATH, ...env }, encoding: 'utf8' },
  );
  return { status, stdout, stderr };
}

test.each([
  ['no API answers', ['status'], NOBODY, 1, 'no_api', /^No API answers at http:\/\/127\.0\.0\.1:9 /],
  ['there is no key', ['status'], {}, 1, 'no_key', /^There is no key: set FRESHET_API_KEY/],
  ['an argument is wrong', ['refresh', 'everything'], NOBODY, 1, 'usage', /^command-argument value 'everything'/],
  ['an option is unknown', ['watch', '--colour'], NOBODY, 1, 'usage', /^unknown option '--colour'$/],
  ['nothing is named', ['failed', 'retry'], NOBODY, 1, 'usage', /^Name a job/],
  [
    'a variable is wrong',
    ['status'],
    { ...NOBODY, FRESHET_URL: 'nowhere' },
    78,
    'invalid_configuration',
    /FRESHET_URL/,
  ],
  ['a file is not there', ['metrics', '--returns', 'none.csv'], NOBODY, 1, 'usage', /none\.csv/],
])(
  'with --json, where %s, stderr is one object and stdout empty',
  (_, args, env, code, name, detail) => {
    const { status, stdout, stderr } = freshet([...args, '--json'], env);
    expect([status, stdout]).toEqual([code, '']);
    expect(stderr).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(stderr)).toEqual({ code: name, detail: expect.stringMatching(detail) });
    // The same exit code and words for people.
    expect(freshet(args, env)).toMatchObject({ status: code, stderr: expect.not.stringContaining('{') });
  },
  60_000,
);

test('help is no failure, with --json neither', () => {
  expect(freshet(['status', '--json', '--help'])).toMatchObject({
    ...{ status: 0, stdout: expect.stringContaining('Usage: freshet status'), stderr: '' },
  });
}, 60_000);
