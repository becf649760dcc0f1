import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The keys of `freshet up`, one for each role. */
export interface Keys {
  admin: string;
  user: string;
  support: string;
  system: string;
}

export interface Base {
  keys: Keys;
  userId: string;
}

/**
 * Sees, in a migrated database, to what every installation needs: the known assets, the users and keys of `freshet up`
 * and, for the demo, their portfolios. The keys live in `<data-dir>/keys.json` (mode 0600); a second start keeps them.
 */
export async function prepareBase(options: { databaseUrl: string; dataDir: string; demo: boolean }): Promise<Base> {
  const { ensureBase } = await import('@freshet/store');
  const path = join(options.dataDir, 'keys.json');
  const held = readKeys(path);
  const { keys, userId } = await ensureBase(options.databaseUrl, { demo: options.demo, keys: held });
  writeFileSync(path, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
  // The mode above is that of a new file; one that was copied here may be open to everybody.
  chmodSync(path, 0o600);
  return { keys, userId };
}

function readKeys(path: string): Keys | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Keys;
  } catch {
    return undefined;
  }
}
