import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { judge } from './judge.ts';
import { readHouse } from './read-house.ts';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'freshet-rooms-')));
});
afterEach(() => rmSync(root, { recursive: true }));

async function troublesOf(files: Record<string, string>): Promise<string[]> {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return judge(await readHouse(root));
}

const runtime = {
  'packages/runtime/package.json': '{"name":"@freshet/runtime","exports":{".":"./src/index.ts"}}',
  'packages/runtime/src/index.ts': 'export const one = 1;\n',
};
const events = {
  ...runtime,
  'packages/events/package.json':
    '{"name":"@freshet/events","exports":{".":"./src/index.ts"},"dependencies":{"@freshet/runtime":"*"}}',
};

describe('the rooms', () => {
  it('let pass what the table allows', async () => {
    expect(
      await troublesOf({ ...events, 'packages/events/src/index.ts': "export * from '../../runtime/src/index.ts';\n" }),
    ).toEqual([]);
  });

  it('catch a forbidden import', async () => {
    const troubles = await troublesOf({
      ...runtime,
      'packages/market/src/index.ts': "export * from '../../runtime/src/index.ts';\n",
    });
    expect(troubles).toEqual([expect.stringContaining('packages/market may not import packages/runtime')]);
  });

  it('catch a forbidden import that is a type alone, and one that is made at run time', async () => {
    const troubles = await troublesOf({
      ...runtime,
      'packages/market/src/a.ts':
        "import type { one } from '../../runtime/src/index.ts';\nexport type One = typeof one;\n",
      'packages/market/src/b.ts': "export const load = () => import('../../runtime/src/index.ts');\n",
    });
    expect(troubles.map((trouble) => trouble.split(':')[0])).toEqual([
      'packages/market/src/a.ts',
      'packages/market/src/b.ts',
    ]);
  });

  it('catch a way past the door of another room', async () => {
    const troubles = await troublesOf({
      ...events,
      'packages/runtime/src/inner.ts': 'export const two = 2;\n',
      'packages/events/src/index.ts': "export * from '../../runtime/src/inner.ts';\n",
    });
    expect(troubles).toEqual([expect.stringContaining('past the door of packages/runtime')]);
  });

  it('catch a library away from its home, whether or not it is installed', async () => {
    const troubles = await troublesOf({
      ...runtime,
      'packages/runtime/src/index.ts': "import pg from 'pg';\nexport const pool = new pg.Pool();\n",
    });
    expect(troubles).toEqual([expect.stringContaining('imports pg, whose home is packages/store, drizzle')]);
  });

  it('catch a circle, but not one of types', async () => {
    const circle = (how: string) => ({
      'packages/market/src/a.ts': `${how} { b } from './b.ts';\nexport const a: number = 1 as typeof b;\n`,
      'packages/market/src/b.ts': "import type { a } from './a.ts';\nexport const b: number = 1 as typeof a;\n",
    });
    expect(await troublesOf(circle('import type'))).toEqual([]);
    const files = circle('import');
    files['packages/market/src/b.ts'] = "import { a } from './a.ts';\nexport const b = a;\n";
    expect((await troublesOf(files)).join()).toContain('circle: ');
  });

  it('catch a second reader of the environment, but not a comment about it', async () => {
    const troubles = await troublesOf({
      'packages/market/src/a.ts': '/** Never process.env. */\nexport const a = 1; // no process.env\n',
      'packages/market/src/b.ts': 'export const home = process.env.HOME;\n',
    });
    expect(troubles).toEqual(['packages/market/src/b.ts: reads process.env, which only runtime does']);
  });

  it('catch declarations that say more than the table allows, or less than is used', async () => {
    const troubles = await troublesOf({
      ...runtime,
      'packages/market/package.json': '{"name":"@freshet/market","dependencies":{"@freshet/runtime":"*"}}',
      'packages/market/src/index.ts': 'export const a = 1;\n',
      'packages/events/package.json': '{"name":"@freshet/events"}',
      'packages/events/src/index.ts': "export * from '../../runtime/src/index.ts';\n",
    });
    expect(troubles).toEqual([
      expect.stringContaining('packages/market/package.json: declares @freshet/runtime'),
      expect.stringContaining("packages/events/package.json: uses @freshet/runtime and doesn't declare it"),
    ]);
  });

  it('leave stories free', async () => {
    expect(
      await troublesOf({
        ...runtime,
        'packages/market/src/a.test.ts': "import '../../runtime/src/index.ts';\nprocess.env.X = '1';\n",
      }),
    ).toEqual([]);
  });
});
