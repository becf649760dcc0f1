import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres } from '@freshet/embedded';

/** PostgreSQL is moved last: its presence in the new place marks the move as complete. */
const SERVERS = ['redis', 'postgres'];

/**
 * Earlier versions kept the demo's servers where now only those with real prices are. This moves them to the demo's place, unless a new demo has
 * begun there. Only the database itself says which prices it holds, so it is started for a moment.
 */
export async function moveEarlierDemo(dataDir: string, demoDir: string, say: (line: string) => void): Promise<void> {
  if (!hasDatabase(dataDir) || hasDatabase(demoDir)) return;
  // A database that can't be started may hold real prices, so it stays where it is.
  const simulated = await holdsSimulated(dataDir).catch((error: Error) => {
    say(`  ! ${join(dataDir, 'postgres')} could not be examined, so nothing was moved: ${error.message}`);
    return false;
  });
  if (!simulated) return;
  mkdirSync(demoDir, { recursive: true });
  for (const server of SERVERS) {
    const from = join(dataDir, server);
    if (existsSync(from) && !existsSync(join(demoDir, server))) renameSync(from, join(demoDir, server));
  }
  say(`  moved the data of an earlier demo from ${dataDir} to ${demoDir}`);
}

/** The error of a start with real prices where an earlier demo's data still are: their owner may want to keep them. */
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
