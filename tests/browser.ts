import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromiumPath, repositoryRoot } from '@freshet/testing';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { askAsAdmin } from './client.ts';
import { startSystem, type System } from './system.ts';

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The browser that stories are seen in. */
export const browserPath = chromiumPath();
/** Describes stories that take a browser. */
export const inBrowser = browserPath === null ? describe.skip : describe; // No Chromium here and none to be had; with CI=true that is a failure.

/** How long each provider takes to answer: a person, and a story, sees the progress of a refresh. */
export const LATENCY_MS = 150;

/** A system whose schedules stand still, with the dashboard as it is in the source, and a browser to see it in. */
export async function startWithBrowser(): Promise<{ system: System; browser: Browser }> {
  const [system, browser] = await Promise.all([
    buildDashboard().then(() =>
      startSystem({
        workers: 1,
        durable: false,
        simulator: ['--no-limits', '--latency', String(LATENCY_MS)],
        env: { LOG_LEVEL: 'error', YAHOO_LIMITS: '100/s' },
      }),
    ),
    chromium.launch({ executablePath: browserPath ?? '', headless: true, args: QUIET }),
  ]);
  await askAsAdmin(system, 'POST', '/api/v1/scheduler/stop');
  return { system, browser };
}

async function buildDashboard(): Promise<void> {
  await promisify(execFile)(process.execPath, [join(repositoryRoot, 'apps/dashboard/build.ts')]);
}

export async function signIn(page: Page, address: string, key: string): Promise<void> {
  await page.goto(address);
  await page.getByLabel('Your key').fill(key);
  await page.keyboard.press('Enter');
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
}

export interface Window {
  context: BrowserContext;
  close(): Promise<void>;
}

/**
 * A window whose tabs behave as a reader's do: only the one in front is visible. By default, Playwright makes every page believe
 * that it is in front, so none would ever be hidden.
 */
export async function openWindow(): Promise<Window> {
  const profile = await mkdtemp(join(tmpdir(), 'freshet-test-browser-'));
  const args = ['--headless=new', ...QUIET, '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'];
  const process = spawn(browserPath ?? '', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const browser = await chromium.connectOverCDP(await debuggerOf(process), { noDefaults: true });
  // The window that it opened by itself.
  const context = browser.contexts()[0] as BrowserContext;
  return {
    context,
    async close() {
      await browser.close();
      const ended = once(process, 'exit');
      process.kill();
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function debuggerOf(process: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    process.once('exit', () => reject(new Error(`the browser ended: ${said}`)));
    process.stderr?.on('data', (part) => {
      said += String(part);
      const [address] = /ws:\/\/\S+/.exec(said) ?? [];
      if (address) resolve(address);
    });
  });
}
