import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environment } from '@freshet/runtime';

/** The root of the repository. */
export const repositoryRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** The directory of recorded provider answers; null if there is none (see `describeGiven`). */
export function recordingsDir(): string | null {
  return materialDir('RECORDINGS_DIR', 'recordings');
}

/** The directory of published numbers that calculations are tested against; null if there is none. */
export function groundtruthDir(): string | null {
  return materialDir('GROUNDTRUTH_DIR', 'groundtruth');
}

/** @throws Error if the directory is missing and REQUIRE_GROUNDTRUTH=1 */
function materialDir(variable: string, folder: string): string | null {
  const env = environment();
  const directory = env[variable] || join(repositoryRoot, '..', 'shared', folder);
  if (existsSync(directory)) return resolve(repositoryRoot, directory);
  if (env.REQUIRE_GROUNDTRUTH === '1')
    throw new Error(`REQUIRE_GROUNDTRUTH=1, and there is nothing at ${directory} (${variable})`);
  return null;
}

/** A `describe` over recordings or ground truth. Without those files it is left out, and a test's name gives the reason. */
export function describeGiven(
  what: 'recordings' | 'groundtruth',
  name: string,
  stories: (directory: string) => void,
): void {
  const directory = what === 'recordings' ? recordingsDir() : groundtruthDir();
  if (directory !== null) {
    describe(name, () => stories(directory));
    return;
  }
  const variable = what === 'recordings' ? 'RECORDINGS_DIR' : 'GROUNDTRUTH_DIR';
  const leftOut = describe.skip; // The files aren't there, which its one test says; where they are required, that threw above.
  leftOut(name, () => {
    it(`left out: ${variable} is not set and ../shared/${what} isn't there`, () => {});
  });
}
