import { hash, randomBytes } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOM = fileURLToPath(new URL('.', import.meta.url));
const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const DIST = join(ROOM, 'dist');
/** Says what `dist` was built of. The api doesn't serve it, because its name begins with a dot. */
const STAMP = '.built-of';
/** Everything that the page is made of. */
const SOURCES = [
  'apps/dashboard/{build.ts,index.html,package.json,tsconfig.json}',
  'apps/dashboard/public/*',
  'apps/dashboard/src/**/*.{ts,tsx,css}',
  'packages/client/src/**/*.ts',
  'packages/contracts/src/vocabulary.ts',
  'package-lock.json',
];

/**
 * Builds the page unless `dist` was built of the sources as they are; takes 10 ms then, else about a second. It may be called by
 * several processes at once: each builds aside, and puts its whole result in place.
 * @returns the directory to serve
 */
export async function ensureBuilt(): Promise<string> {
  const stamp = stampOfSources();
  if (builtOf(DIST) === stamp) return DIST;
  // Beside `dist`, so that a rename puts it in place, and in a directory that nobody commits.
  const aside = join(ROOM, 'node_modules', `.build-${randomBytes(4).toString('hex')}`);
  mkdirSync(aside, { recursive: true });
  try {
    await buildInto(join(aside, 'new'));
    writeFileSync(join(aside, 'new', STAMP), stamp);
    putInPlace(aside, stamp);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  return DIST;
}

function putInPlace(aside: string, stamp: string): void {
  for (let attempt = 1; ; attempt++) {
    try {
      if (existsSync(DIST)) renameSync(DIST, join(aside, `old-${attempt}`));
      renameSync(join(aside, 'new'), DIST);
      return;
    } catch (error) {
      // Another process put its own in place between our two steps.
      if (builtOf(DIST) === stamp) return;
      if (attempt === 3) throw error;
    }
  }
}

async function buildInto(outDir: string): Promise<void> {
  const { build } = await import('vite');
  await build({
    root: ROOM,
    configFile: false,
    logLevel: 'warn',
    base: '/',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
      // The page may load nothing but files of its own origin: no data: addresses, no script in the markup.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
  });
}

function builtOf(directory: string): string | null {
  try {
    return existsSync(join(directory, 'index.html')) ? readFileSync(join(directory, STAMP), 'utf8') : null;
  } catch {
    return null;
  }
}

function stampOfSources(): string {
  const files = SOURCES.flatMap((pattern) => globSync(join(REPOSITORY, pattern))).sort();
  const lines = files
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => `${relative(REPOSITORY, file)} ${hash('sha256', readFileSync(file))}`);
  return hash('sha256', lines.join('\n'));
}

if (import.meta.main) {
  process.stdout.write(`${await ensureBuilt()}\n`);
}
