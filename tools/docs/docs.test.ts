import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { PROBLEMS } from '@freshet/contracts';
import { signWebhook } from '@freshet/events';
import { catalogue } from '@freshet/runtime';
import { repositoryRoot } from '@freshet/testing';
import { ROOMS } from '../rooms/table.ts';
import { codeIn, marked, PAGES, tableRows, textOf } from './read-docs.ts';

const scripts = Object.keys((JSON.parse(textOf('package.json')) as { scripts: object }).scripts);
const variables = new Set(catalogue().map(({ name }) => name));
/** What is set for other programs, and what compose alone reads. */
const FOREIGN = new Set([
  'POSTGRES_PASSWORD',
  'REDIS_PASSWORD',
  'RECORDINGS_DIR',
  'GROUNDTRUTH_DIR',
  'REQUIRE_GROUNDTRUTH',
  'NODE_ENV',
]);

describe('the pages', () => {
  test.each([...PAGES, 'docker-compose.yml', 'Procfile'])('%s names only npm scripts that exist', (page) => {
    const named = [...textOf(page).matchAll(/\bnpm run (?:-s )?([a-z][a-z:-]*)/g)].map((match) => match[1] ?? '');
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
  });

  test.each(PAGES)('%s links only to files that exist', (page) => {
    const links = [...textOf(page).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map((match) => match[1] ?? '');
    const missing = links.filter((link) => !existsSync(join(repositoryRoot, normalize(join(dirname(page), link)))));
    expect(missing).toEqual([]);
  });

  test.each(PAGES)('%s names only files that exist', (page) => {
    const named = codeIn(textOf(page)).flatMap(
      (code) => code.match(/^(apps|packages|drizzle|tools|tests|bench|deploy|docs)\/[\w./-]*$/gm) ?? [],
    );
    expect(named.filter((path) => !existsSync(join(repositoryRoot, path)))).toEqual([]);
  });

  // CONTRIBUTING speaks of constants in the code, which look the same.
  test.each(PAGES.filter((page) => page !== 'CONTRIBUTING.md'))(
    '%s names only environment variables that exist',
    (page) => {
      const named = codeIn(textOf(page)).flatMap((code) => code.match(/\b[A-Z][A-Z0-9]*(_[A-Z0-9]+)+\b/g) ?? []);
      expect(named.filter((name) => !variables.has(name) && !FOREIGN.has(name))).toEqual([]);
    },
  );

  test.each(PAGES)('%s names only commands of freshet that exist', (page) => {
    const commands = [...textOf('apps/cli/src/main.ts').matchAll(/^ {2}'?([a-z]+)'?: async/gm)].map(
      (match) => match[1],
    );
    expect(commands).toContain('up');
    const named = codeIn(textOf(page)).flatMap((code) =>
      [...code.matchAll(/(?:^|npx )freshet ([a-z]+)/gm)].map((match) => match[1]),
    );
    expect(named.filter((name) => name !== 'help' && !commands.includes(name))).toEqual([]);
  });
});

test('README gives the two commands that do all the set-up', () => {
  expect(textOf('README.md')).toContain('npm ci && npm run demo');
  expect(textOf('README.md')).toContain('npm ci && npm test');
});

test('the page of problem codes says what the code says, of every code and of no other', () => {
  const rows = tableRows(textOf('docs/problems.md')).filter(([first]) => first?.startsWith('`'));
  const expected = Object.entries(PROBLEMS).map(([code, [status, title, todo]]) => [
    `\`${code}\``,
    String(status),
    title,
    todo,
  ]);
  expect(rows).toEqual(expected);
});

test('the sample that verifies webhooks believes what is signed, and nothing else', async () => {
  const [, sample = ''] = /```js\n([\s\S]*?)```/.exec(textOf('docs/api.md')) ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'freshet-docs-'));
  const path = join(folder, 'sample.mjs');
  writeFileSync(path, sample);
  const { isFromFreshet } = (await import(path)) as {
    isFromFreshet(headers: object, body: string, secret: string): boolean;
  };
  rmSync(folder, { recursive: true });
  const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
  const other = `whsec_${Buffer.alloc(24, 8).toString('base64')}`;
  const message = { id: 'ref_1.refresh.completed', at: new Date(), body: '{"refresh_id":"ref_1"}', secrets: [secret] };
  const headers = signWebhook(message);
  expect(isFromFreshet(headers, message.body, secret)).toBe(true);
  expect(isFromFreshet(signWebhook({ ...message, secrets: [other, secret] }), message.body, secret)).toBe(true);
  expect(isFromFreshet(headers, `${message.body} `, secret)).toBe(false);
  expect(isFromFreshet(headers, message.body, other)).toBe(false);
  expect(isFromFreshet({}, message.body, secret)).toBe(false);
  const old = signWebhook({ ...message, at: new Date(Date.now() - 600_000) });
  expect(isFromFreshet(old, message.body, secret)).toBe(false);
});

test('the room table of ARCHITECTURE is the table that the code is held to', () => {
  const rows = tableRows(marked(textOf('ARCHITECTURE.md'), 'rooms')).filter(([first]) => first?.startsWith('`'));
  const drawn = Object.fromEntries(
    rows.map(([room = '', , may = '']) => [room.replaceAll('`', ''), sorted(may === '–' ? [] : may.split(', '))]),
  );
  const held = Object.fromEntries(
    Object.entries(ROOMS).map(([room, may]) => [
      room,
      may === 'any' ? ['any'] : sorted(may.map((each) => each.replace('packages/', ''))),
    ]),
  );
  expect(drawn).toEqual(held);
});

function sorted(names: readonly string[]): string[] {
  return [...names].sort();
}
