import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres } from '@freshet/embedded';

/** PostgreSQL goes last: once it is there, the demo has its place. */
const SERVERS = ['redis', 'postgres'];

/**
 * Once, the demo kept its servers where only real ones are now. Takes them along to the demo's place, unless it has begun anew
 * there. Whose they are only their database can tell, so it is started for a moment.
 */
export async function moveEarlierDemo(dataDir: string, demoDir: string, say: (line: string) => void): Promise<void> {
  if (!hasDatabase(dataDir) || hasDatabase(demoDir)) return;
  // The demo has no need of a database that can't be started, and it may be a real one.
  const simulated = await holdsSimulated(dataDir).catch((error: Error) => {
    say(`  ! ${join(dataDir, 'postgres')} could not be looked at, so that nothing of it was moved: ${error.message}`);
    return false;
  });
  if (!simulated) return;
  mkdirSync(demoDir, { recursive: true });
  for (const server of SERVERS) {
    const from = join(dataDir, server);
    if (existsSync(from) && !existsSync(join(demoDir, server))) renameSync(from, join(demoDir, server));
  }
  say(`  the demo's data of an earlier version were moved from ${dataDir} to ${demoDir}`);
}

/** For a real start where they still are: whoever made them may want to keep them. */
export function ofEarlierDemo(dataDir: string): Error {
  const begunAnew = hasDatabase(join(dataDir, 'simulated'));
  const otherDir = join(dataDir, 'earlier');
  const to = join(begunAnew ? otherDir : dataDir, 'simulated');
  const from = SERVERS.map((server) => join(dataDir, server)).filter((path) => existsSync(path));
  const demo = begunAnew ? `the demo that is started with --data-dir ${quoted(otherDir)}` : 'the demo';
  return new Error(
    `${dataDir} holds simulated prices of an earlier version, and real and simulated ones must not meet. ` +
      `Move them to where ${demo} finds them, and start again:\n` +
      `mkdir -p ${quoted(to)} && mv ${[...from, to].map(quoted).join(' ')}`,
  );
}

function hasDatabase(dir: string): boolean {
  return existsSync(join(dir, 'postgres', 'cluster'));
}

async function holdsSimulated(dataDir: string): Promise<boolean> {
  const { createPool, heldMarket } = await import('@freshet/store');
  const server = await startPostgres({ dataDir: join(dataDir, 'postgres') });
  try {
    const pool = createPool({ url: server.url, max: 1, name: 'freshet-up' });
    try {
      return (await heldMarket(pool)) === 'simulated';
    } finally {
      await pool.end();
    }
  } finally {
    await server.stop();
  }
}

/** As a shell reads it. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
