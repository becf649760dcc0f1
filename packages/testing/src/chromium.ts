import { spawnSync } from 'node:child_process';
import { environment, findOnPath } from '@freshet/runtime';

/**
 * A Chromium for tests in a real browser: the one on the PATH, else installed through apt where we are root.
 * @returns null where there is none and none can be had; @throws Error there when CI=true, since it must not pass unseen
 */
export function chromiumPath(): string | null {
  const there = onPath();
  if (there) return there;
  if (process.getuid?.() === 0 && findOnPath('apt-get')) {
    const options = {
      env: { ...environment(), DEBIAN_FRONTEND: 'noninteractive' },
      stdio: 'ignore' as const,
      timeout: 300_000,
    };
    const install = () =>
      spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], options).status === 0;
    if (!install()) {
      spawnSync('apt-get', ['update'], options);
      install();
    }
  }
  const installed = onPath();
  if (!installed && environment().CI === 'true')
    throw new Error('CI=true, and there is no Chromium and none could be installed');
  return installed;
}

function onPath(): string | null {
  return findOnPath('chromium') ?? findOnPath('chromium-browser') ?? findOnPath('google-chrome') ?? null;
}
