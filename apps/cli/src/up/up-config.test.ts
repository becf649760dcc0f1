import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess } from '@freshet/testing';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'freshet-up-config-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function start(env: Record<string, string>) {
  const dataDir = join(directory, 'data');
  const started = startProcess('apps/cli/bin/freshet.js', env, ['up', '--simulate', '--data-dir', dataDir]);
  return { started, dataDir };
}

describe('the configuration of freshet up', () => {
  it('names all that is wrong with it, whichever process would read it, before anything is started', async () => {
    const wrong = {
      LIMIT_USER: 'many',
      WORKER_THREADS: '-1',
      YAHOO_LIMITS: '8/fortnight',
      LOG_LEVEL: 'loud',
      PORT: 'x',
    };
    const { started, dataDir } = start({ ...wrong, DATABASE_URL: 'mysql://h/d', REDIS_URL: 'http://h' });
    expect(await started.ended).toEqual({ code: 78, signal: null });
    for (const name of [...Object.keys(wrong), 'DATABASE_URL', 'REDIS_URL']) {
      expect(started.stderr()).toContain(`  - ${name} must be `);
    }
    expect(existsSync(dataDir)).toBe(false);
  });
});
