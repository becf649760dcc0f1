import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Environment } from '@freshet/runtime';

/** Where Debian's packages put libraries, below the directory in which they were unpacked. */
export function libraryPath(directory: string): string {
  const triplet = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }[process.arch as string] ?? '';
  return ['usr/lib', 'lib'].flatMap((lib) => [join(directory, lib, triplet), join(directory, lib)]).join(':');
}

/** The first pair that the distribution has; the server itself is in the tools package. */
const CANDIDATES = [
  ['redis-server', 'redis-tools'],
  ['valkey-server', 'valkey-tools'],
];
/** Packages that every system has; a second copy must not be mixed with the system's own. */
const NEVER = /^(libc6|libgcc-s1|gcc-\d+-base|init-system-helpers|adduser|debconf|lsb-base|sysvinit-utils|procps)$/;
/** Libraries of libraries of libraries are as deep as it goes. */
const ROUNDS = 4;
const MINUTES = 60_000;

/**
 * Downloads the distribution's Redis and the libraries that are missing here, and unpacks them into `directory`. Needs no
 * root and changes nothing of the system: apt's lists and archives are kept in a private place when its own don't do.
 * @throws Error that says what apt said
 */
export function unpackRedis(directory: string, env: Environment): void {
  mkdirSync(dirname(directory), { recursive: true });
  const work = mkdtempSync(join(dirname(directory), 'unpacking-'));
  try {
    const root = join(work, 'root');
    const apt = aptWithLists(work, env);
    const start = CANDIDATES.find((packages) => apt(['download', '--print-uris', ...packages]).ok);
    if (!start) throw new Error('apt-get knows neither redis-server nor valkey-server');
    const taken = new Set<string>();
    let round: string[] = start;
    for (let left = ROUNDS; left > 0 && round.length > 0; left--) {
      unpack(round, { apt, work, root });
      for (const name of round) taken.add(name);
      const missing = missingLibraries(root);
      if (missing.length === 0) break;
      round = dependenciesOf(round, apt).filter((name) => !taken.has(name) && !NEVER.test(name));
    }
    // Another process may have been faster, or an old one no longer runs after an upgrade of the system.
    if (existsSync(directory)) renameSync(directory, join(work, 'old'));
    renameSync(root, directory);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

type Apt = (args: string[], tool?: string) => { ok: boolean; out: string };

/** apt with the system's lists where they are good enough to find Redis, else with lists of our own, just fetched. */
function aptWithLists(work: string, env: Environment): Apt {
  const system = aptRunner(work, env, []);
  const simple = CANDIDATES[0] as string[];
  if (system(['download', ...simple]).ok) return system;
  const state = join(work, 'state');
  const cache = join(work, 'cache');
  mkdirSync(join(state, 'lists', 'partial'), { recursive: true });
  mkdirSync(join(cache, 'archives', 'partial'), { recursive: true });
  const own = aptRunner(work, env, [
    '-o',
    `Dir::State=${state}`,
    '-o',
    'Dir::State::status=/var/lib/dpkg/status',
    '-o',
    `Dir::Cache=${cache}`,
    '-o',
    'APT::Sandbox::User=root',
  ]);
  const update = own(['update']);
  if (!update.ok) throw new Error(`apt-get update: ${update.out.trim().split('\n').at(-1) ?? ''}`);
  return own;
}

function aptRunner(work: string, env: Environment, options: string[]): Apt {
  return (args, tool = 'apt-get') => {
    const result = spawnSync(tool, ['-q', ...options, ...args], {
      cwd: work,
      env: { ...env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
      encoding: 'utf8',
      timeout: 5 * MINUTES,
    });
    return {
      ok: result.status === 0,
      out: `${result.stdout ?? ''}${result.status === 0 ? '' : (result.stderr ?? '')}`,
    };
  };
}

function unpack(packages: string[], at: { apt: Apt; work: string; root: string }): void {
  const download = at.apt(['download', ...packages]);
  if (!download.ok) throw new Error(`apt-get download: ${download.out.trim().split('\n').at(-1) ?? ''}`);
  for (const file of readdirSync(at.work).filter((name) => name.endsWith('.deb'))) {
    const path = join(at.work, file);
    const done = spawnSync('dpkg-deb', ['-x', path, at.root], { encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`dpkg-deb: ${done.stderr}`);
    rmSync(path);
  }
}

function missingLibraries(root: string): string[] {
  const programs = join(root, 'usr', 'bin');
  const server = readdirSync(programs).find((name) => /^(redis|valkey)-check-rdb$/.test(name));
  const result = spawnSync('ldd', [join(programs, server ?? '')], {
    env: { LD_LIBRARY_PATH: libraryPath(root), PATH: '/usr/bin:/bin' },
    encoding: 'utf8',
  });
  return [...(result.stdout ?? '').matchAll(/^\s*(\S+) => not found/gm)].map((found) => found[1] ?? '');
}

/** The packages that these ones need to be installed; of alternatives the first. */
function dependenciesOf(packages: string[], apt: Apt): string[] {
  const listed = apt(['depends', '--important', ...packages], 'apt-cache').out;
  return [
    ...new Set([...listed.matchAll(/^\s+\|?(?:Pre)?Depends: ([a-z0-9][a-z0-9+.-]*)/gm)].map((found) => found[1] ?? '')),
  ];
}
