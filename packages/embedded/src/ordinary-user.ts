import { execFileSync, spawnSync } from 'node:child_process';
import { findOnPath } from '@freshet/runtime';

const NOBODY = 65_534;

/** How to start a program that refuses to run as root. */
export interface OrdinaryUser {
  /** What comes before the program. */
  prefix: string[];
  /** A user to become, where a namespace isn't allowed. */
  identity?: { uid: number; gid: number };
  /** Makes a directory usable for that user. */
  own(directory: string): void;
}

/**
 * PostgreSQL refuses to run as root. As an ordinary user there is nothing to do. As root it runs in a user namespace in
 * which we are nobody: no account is created, and files still belong to root, so a home with mode 0700 is no obstacle.
 * Where namespaces are forbidden (many containers) it becomes nobody outright, and its files are given to nobody.
 */
export function asOrdinaryUser(): OrdinaryUser {
  if (process.getuid?.() !== 0) return { prefix: [], own: () => {} };
  const unshare = findOnPath('unshare');
  const prefix = unshare ? [unshare, '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`] : [];
  const works = unshare && spawnSync(unshare, [...prefix.slice(1), 'true'], { stdio: 'ignore' }).status === 0;
  if (works) return { prefix, own: () => {} };
  return {
    prefix: [],
    identity: { uid: NOBODY, gid: NOBODY },
    own: (directory) => void execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, directory]),
  };
}
