import { eventually } from '@freshet/testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { inBrowser, signIn, startWithBrowser } from './browser.ts';
import { askAsAdmin } from './client.ts';
import type { System } from './system.ts';

const SYMBOL = 'AAPL';

inBrowser('the dashboard for whoever reads it', () => {
  let system: System;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    ({ system, browser } = await startWithBrowser());
    await ask('POST', '/api/v1/manual/refresh/prices', { symbols: [SYMBOL], mode: 'full' }, { prefer: 'wait=10' });
    context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
    page = await newPage();
    await signIn(page, system.api, system.keys.admin);
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  }, 60_000);

  async function newPage(): Promise<Page> {
    const opened = await context.newPage();
    opened.setDefaultTimeout(10_000);
    return opened;
  }

  const ask = (method: string, path: string, body?: object, headers?: Record<string, string>) =>
    askAsAdmin(system, method, path, body, headers);
  const goTo = (where: string) => page.evaluate(`location.hash = ${JSON.stringify(where)}`);
  const row = (symbol: string) => page.locator(`tr[data-symbol="${symbol}"]`);
  const main = () => page.getByRole('main');

  test('who presses a button by keyboard still stands on it when what it began is under way, and when it has ended', async () => {
    const focused = () => page.evaluate('document.activeElement.innerText');
    await page.getByRole('button', { name: 'Refresh', exact: true }).focus();
    await page.keyboard.press('Enter');
    await eventually(async () => expect(await focused()).toBe('Refreshing'));
    await main().getByText(/^Done/).waitFor();
    await eventually(async () => expect(await focused()).toBe('Refresh'));
  });

  test('who wants less motion has nothing repeating itself for ever', async () => {
    const repeats = await page.evaluate(`(() => {
      const bar = document.createElement('div');
      bar.className = 'bar waiting';
      bar.append(document.createElement('div'));
      document.body.append(bar);
      const { animationName, animationIterationCount } = getComputedStyle(bar.firstChild);
      bar.remove();
      return [animationName, animationIterationCount];
    })()`);
    expect(repeats).toEqual(['waiting', '1']);
  });

  test('a name that is looked up leads to its symbol, and what is written is offered beside it', async () => {
    const field = page.getByLabel('Look up a symbol');
    await field.fill('apple');
    await page.getByRole('option', { name: 'APPLE as written' }).waitFor();
    // Written faster than a list comes.
    await field.fill('micros');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: /^MSFT/ }).waitFor();
  });

  test('every address has a heading, and what there isn’t is not to be tried again', async () => {
    for (const [where, says] of [
      ['#/portfolios/pf_nothing', 'There is no such portfolio'],
      ['#/refreshes/ref_nothing', 'There is no such refresh'],
      ['#/nothing', 'There is no such page'],
    ] as const) {
      await goTo(where);
      await main().getByText(says).waitFor();
      expect(await main().getByRole('heading', { level: 1 }).count()).toBe(1);
      expect(await main().getByRole('button').count()).toBe(0);
    }
  });

  test('a symbol that no provider knows is told from one that nobody has asked for', async () => {
    await goTo('#/symbols/NOBODYS');
    await main()
      .getByText(/Nothing is stored of NOBODYS yet/)
      .waitFor();
    await main().getByRole('button', { name: 'Fetch', exact: true }).click();
    await main()
      .getByText(/^No provider knows NOBODYS\./)
      .waitFor();
  });

  test('an answer that the page doesn’t understand spoils its own place only', async () => {
    await page.route(/\/market-data\/explain\//, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), freshness_policy: undefined } });
    });
    await goTo(`#/symbols/${SYMBOL}`);
    await page.getByRole('heading', { name: 'This page could not be shown' }).waitFor();
    await page.unrouteAll({ behavior: 'wait' });
    await goTo('#/portfolios');
    await page.getByRole('heading', { level: 1, name: 'Portfolios' }).waitFor();
    expect(await main().innerText()).not.toMatch(/could not be shown|History/);
  });

  test('a chart whose script an update has removed says so, and is there after a reload', async () => {
    await page.reload();
    await page.route(/\/assets\/draw/, (route) => route.fulfill({ status: 404, body: '' }));
    await goTo(`#/symbols/${SYMBOL}`);
    const history = page.getByRole('region', { name: 'History' });
    await history.getByText(/The chart could not be drawn/).waitFor();
    await page.unrouteAll({ behavior: 'wait' });
    await history.getByRole('button', { name: 'Reload the page' }).click();
    await history.locator('canvas').first().waitFor();
    expect(await history.innerText()).not.toContain('could not be drawn');
  });

  test('a session that is cut off says so, and whoever signs in again is back where they were', async () => {
    await goTo('#/portfolios');
    await main().getByRole('link', { name: 'Growth' }).waitFor();
    await page.evaluate(`fetch('/api/v1/session', { method: 'DELETE' })`);
    await goTo('#/strategies');
    await page.getByText(/Your session has ended/).waitFor();
    await page.getByLabel('Your key').fill(system.keys.admin);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Strategies' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Your key').waitFor();
    expect(await page.getByText(/Your session has ended/).count()).toBe(0);
    await signIn(page, system.api, system.keys.admin);
  });

  test('another tab’s sign-out is this one’s, and who signs in there sees nothing here of the one before', async () => {
    await goTo('#/');
    await row(SYMBOL).waitFor();
    await page.getByRole('button', { name: 'Refresh', exact: true }).click();
    await page.getByRole('region', { name: 'Refresh' }).getByText(/^Done/).waitFor();
    const other = await newPage();
    await other.goto(system.api);
    await other.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Your key').waitFor();
    await other.getByLabel('Your key').fill(system.keys.user);
    await other.keyboard.press('Enter');
    await other.getByRole('button', { name: 'Ada Demo Sign out' }).waitFor();
    await page.getByRole('button', { name: 'Ada Demo Sign out' }).waitFor();
    await row(SYMBOL).waitFor();
    expect(await page.getByRole('region', { name: 'Refresh' }).count()).toBe(0);
    await goTo('#/operations/schedules');
    await main().getByText('watchlist', { exact: true }).waitFor();
    expect(await main().getByRole('button', { name: /all$/ }).count()).toBe(0);

    // A link that signs in changes the cookie without asking any page.
    const { path: link } = await ask('POST', '/api/v1/session/links', {});
    await other.goto(`${system.api}${link}`);
    await page.getByRole('button', { name: 'admin Sign out' }).waitFor();
    await other.close();
  });
});
