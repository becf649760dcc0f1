import { execFileSync } from 'node:child_process';

/** A program that imports the files it is given and prints the addresses of all modules that this loaded. */
const LOADING = `
  import { registerHooks } from 'node:module';
  const loaded = [];
  registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
  for (const file of process.argv.slice(1)) await import(file);
  console.log(JSON.stringify(loaded));
`;

function formulasLoadedBy(...files: string[]): string[] {
  const urls = files.map((file) => new URL(file, import.meta.url).href);
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', LOADING, ...urls], {
    encoding: 'utf8',
  });
  return (JSON.parse(printed) as string[]).filter((url) => url.includes('/packages/finance/'));
}

test('the formulas are loaded by the threads that calculate, and not by the main thread, which would start later', () => {
  expect(formulasLoadedBy('./run.ts', './threads.ts', '../consume.ts')).toEqual([]);
  expect(formulasLoadedBy('./arithmetic/thread.ts')).not.toEqual([]);
}, 120_000);
