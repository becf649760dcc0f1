import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, type Environment, environment, findOnPath } from '@freshet/runtime';
import { libraryPath, unpackRedis } from './debian-packages.ts';

/** A server that speaks Redis, and the environment that it needs. */
export interface RedisProgram {
  command: string;
  env: Record<string, string>;
}

const NAMES = ['redis-server', 'valkey-server'];

/**
 * `redis-server` or `valkey-server` from the PATH; else, on Debian and Ubuntu, the distribution's own package, unpacked
 * under the user's cache without installing it (no service, no root); once for all data directories.
 * @throws Error with the one line to type, where neither is possible
 */
export function redisProgram(options: {
  fallbackCache: string;
  env?: Environment;
  onProgress?: (what: string) => void;
}): RedisProgram {
  const env = options.env ?? environment();
  for (const name of NAMES) {
    const command = findOnPath(name, env);
    if (command) return { command, env: {} };
  }
  let why = 'this system has no apt-get';
  if (findOnPath('apt-get', env) && findOnPath('dpkg-deb', env)) {
    for (const cache of [cacheDirectory(env), options.fallbackCache]) {
      const directory = join(cache, 'redis');
      const program = unpackedIn(directory);
      if (program) return program;
      options.onProgress?.('fetching Redis (once)');
      try {
        unpackRedis(directory, env);
      } catch (error) {
        why = (error as Error).message;
        continue;
      }
      const fresh = unpackedIn(directory);
      if (fresh) return fresh;
      why = `what was unpacked in ${directory} doesn't run`;
    }
  }
  throw new Error(
    `There is no Redis here, and none could be fetched (${why}).\nInstall one with: ${installLine(env)}\nor set REDIS_URL to a Redis of your own.`,
  );
}

/** The program under a directory where packages were unpacked, if it runs. */
function unpackedIn(directory: string): RedisProgram | null {
  for (const name of NAMES) {
    const command = join(directory, 'usr', 'bin', name);
    if (!existsSync(command)) continue;
    const env = { LD_LIBRARY_PATH: libraryPath(directory) };
    if (spawnSync(command, ['--version'], { env, stdio: 'ignore' }).status === 0) return { command, env };
  }
  return null;
}

function installLine(env: Environment): string {
  const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
  if (process.platform === 'darwin') return 'brew install redis';
  if (findOnPath('apt-get', env)) return `${sudo}apt-get update && ${sudo}apt-get install -y redis-server`;
  if (findOnPath('dnf', env)) return `${sudo}dnf install -y valkey`;
  if (findOnPath('apk', env)) return `${sudo}apk add redis`;
  if (findOnPath('pacman', env)) return `${sudo}pacman -S --noconfirm valkey`;
  if (findOnPath('zypper', env)) return `${sudo}zypper install -y redis`;
  return 'the package manager of this system (the package is called redis or valkey)';
}
