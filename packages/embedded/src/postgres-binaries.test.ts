import { existsSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { restoreLinks } from './postgres-binaries.ts';

describe('restoreLinks', () => {
  it('makes the library links that npm left out, and leaves those that are there', () => {
    const root = mkdtempSync(join(tmpdir(), 'freshet-links-'));
    const lib = join(root, 'native', 'lib');
    mkdirSync(lib, { recursive: true });
    writeFileSync(join(lib, 'libx.so.1.2'), 'x');
    const source = 'native/lib/libx.so.1.2';
    const links = ['native/lib/libx.so', 'native/lib/libx.so.1'].map((target) => ({ source, target }));
    writeFileSync(join(root, 'native', 'pg-symlinks.json'), JSON.stringify(links));
    restoreLinks(join(root, 'native'));
    restoreLinks(join(root, 'native'));
    expect(readlinkSync(join(lib, 'libx.so'))).toBe('libx.so.1.2');
    expect(existsSync(join(lib, 'libx.so.1'))).toBe(true);
    rmSync(root, { recursive: true });
  });
});
