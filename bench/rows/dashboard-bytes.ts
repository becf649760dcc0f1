import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ensureBuilt } from '../../apps/dashboard/build.ts';
import { type Row, round } from '../row.ts';

const BAR_KB = 250;

/** Everything that the page may ever load, compressed as a proxy would; and what it loads at first. */
export const dashboardBytes: Row = {
  name: 'dashboard-bytes',
  what: 'the whole dashboard, kB gzip',
  async run() {
    const dist = await ensureBuilt();
    const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter(
      (name) => !name.startsWith('.') && statSync(join(dist, name)).isFile(),
    );
    const gzipped = (name: string) => gzipSync(readFileSync(join(dist, name))).length / 1_000;
    const sum = (names: string[]) => names.reduce((total, name) => total + gzipped(name), 0);
    const page = readFileSync(join(dist, 'index.html'), 'utf8');
    const all = sum(files);
    return {
      figures: {
        'kB gzip': round(all, 1),
        'at first, kB gzip': round(sum(files.filter((name) => name === 'index.html' || page.includes(name))), 1),
        files: files.length,
      },
      measured: all,
      bar: { at: BAR_KB, is: 'at most' },
    };
  },
};
