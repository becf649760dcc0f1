import { accessSync, constants, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parseEnv } from 'node:util';
import { ConfigError } from './config-error.ts';

/** Names and values as text, as an operating system keeps them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment of this process over the `.env` file of its working directory, if there is one.
 * @throws ConfigError when the file is there and can't be read
 * The only place that reads `process.env`: everything else is handed what it needs.
 */
export function environment(): Environment {
  return { ...readDotEnv(join(process.cwd(), '.env')), ...process.env };
}

function readDotEnv(path: string): Environment {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    // Python projects have a directory of this name.
    if (['ENOENT', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return {};
    // Going on would silently ignore its settings: embedded servers instead of the ones it names, other limits than the plan's.
    throw new ConfigError([`.env can't be read (${(error as Error).message}); make it readable, or remove it`]);
  }
  return parseEnv(text);
}

/** The full path of a program on the PATH, or undefined. */
export function findOnPath(program: string, env: Environment = environment()): string | undefined {
  for (const directory of (env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const path = join(directory, program);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // not in this directory
    }
  }
  return undefined;
}

/** This user's cache directory: `$XDG_CACHE_HOME/freshet`, else `~/.cache/freshet`. */
export function cacheDirectory(env: Environment = environment()): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'freshet');
}
