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

  test('what was being written when a session was cut off is there when its reader has signed in again, and only theirs', async () => {
    const [portfolio] = (await ask('GET', '/api/v1/portfolios')).data.filter(({ name }) => name === 'Growth');
    const again = page.getByRole('dialog', { name: 'Sign in again' });
    const write = async () => {
      await goTo('#/');
      await row(SYMBOL).waitFor();
      await goTo(`#/portfolios/${portfolio?.portfolio_id}`);
      await page.getByRole('button', { name: 'Add a holding' }).click();
      await page.getByLabel('Symbol', { exact: true }).fill('KO');
      await page.getByLabel('Quantity').fill('12.5');
      await page.evaluate(`fetch('/api/v1/session', { method: 'DELETE' })`);
      await page.getByRole('button', { name: 'Save' }).click();
      await again.waitFor();
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await again.locator('#key:focus').waitFor();
      expect(await page.title()).toBe('Sign in – Freshet');
      expect(await page.getByRole('heading', { name: 'Growth' }).count()).toBe(0);
    };
    await write();
    await page.keyboard.type(system.keys.admin);
    await page.keyboard.press('Enter');
    await again.waitFor({ state: 'detached' });
    expect(await page.title()).toBe('Growth – Freshet');
    expect(await page.getByLabel('Quantity').inputValue()).toBe('12.5');
    await page.getByRole('button', { name: 'Save' }).click();
    await row('KO').waitFor();
    await page.getByText('Streaming').waitFor();

    await write();
    await page.keyboard.type(system.keys.user);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Ada Demo Sign out' }).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await signIn(page, system.api, system.keys.admin);
  }, 60_000);

  test('tabs are told apart by what they show', async () => {
    const [portfolio] = (await ask('GET', '/api/v1/portfolios')).data.filter(({ name }) => name === 'Growth');
    const { refresh_id } = await ask('POST', '/api/v1/manual/refresh/prices', { symbols: [SYMBOL] });
    for (const [where, title] of [
      ['#/', 'Default'],
      [`#/symbols/${SYMBOL}`, SYMBOL],
      ['#/portfolios', 'Portfolios'],
      [`#/portfolios/${portfolio?.portfolio_id}`, 'Growth'],
      ['#/strategies', 'Strategies'],
      ['#/operations/queues', 'Queues'],
      [`#/refreshes/${refresh_id}`, 'prices: success'],
      ['#/nothing', 'Nothing here'],
    ]) {
      await goTo(where ?? '');
      await eventually(async () => expect(await page.title()).toBe(`${title} – Freshet`));
    }
  });

  test('whoever sees everybody’s portfolios is told whose each is, and nobody else', async () => {
    const owner = () =>
      main()
        .getByRole('row', { name: /^Growth/ })
        .innerText();
    await goTo('#/portfolios');
    await eventually(async () => expect(await owner()).toContain('Ada Demo'));
    await main().getByRole('link', { name: 'Growth' }).click();
    await page.getByRole('heading', { name: 'Growth of Ada Demo' }).waitFor();
    const [{ user_id } = { user_id: '' }] = (await ask('GET', '/api/v1/portfolios')).data;
    await ask('POST', '/api/v1/watchlists', { name: 'Shared word', user_id });
    await goTo('#/');
    await page.getByRole('link', { name: 'Shared word of Ada Demo' }).waitFor();
  });

  test('no label below a chart is cut', async () => {
    const drawn = await newPage();
    // A canvas keeps no words: they are noted as they are drawn, with where they begin and end.
    await drawn.addInitScript(`(() => {
      window.labels = [];
      const { fillText } = CanvasRenderingContext2D.prototype;
      CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
        const half = this.textAlign === 'center' ? this.measureText(text).width / 2 : null;
        const scale = this.getTransform().a;
        if (half !== null) window.labels.push({ text, from: x - half, to: x + half, wide: this.canvas.width / scale });
        return fillText.apply(this, arguments);
      };
    })()`);
    await drawn.goto(`${system.api}/#/symbols/${SYMBOL}`);
    for (const width of [1440, 768, 375]) {
      await drawn.setViewportSize({ width, height: 900 });
      for (const range of ['1 month', '3 months', '1 year', '2 years']) {
        await drawn.evaluate('window.labels.length = 0');
        await drawn.getByRole('button', { name: range }).click();
        await drawn
          .getByRole('img', { name: /lowest/ })
          .locator('canvas')
          .first()
          .waitFor();
        const labels = await eventually(async () => {
          const all = (await drawn.evaluate('window.labels')) as {
            text: string;
            from: number;
            to: number;
            wide: number;
          }[];
          expect(all.length).toBeGreaterThan(1);
          return all;
        });
        const cut = labels.filter(({ from, to, wide }) => from < -0.6 || to > wide + 0.6);
        expect([width, range, cut]).toEqual([width, range, []]);
      }
    }
    await drawn.close();
  }, 60_000);

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
