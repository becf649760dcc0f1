import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@freshet/testing';
import pg from 'pg';
import type { Browser, Page } from 'playwright-core';
import { inBrowser, openWindow, signIn, startWithBrowser } from './browser.ts';
import { askAsAdmin } from './client.ts';
import type { System } from './system.ts';

const SYMBOL = 'AAPL';
const LONG = 'W'.repeat(99);

inBrowser('the dashboard where something goes wrong', () => {
  let system: System;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    ({ system, browser } = await startWithBrowser());
    await ask('POST', '/api/v1/market-data/fetch/batch', { symbols: [SYMBOL, 'MSFT'] });
    page = await open();
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  }, 60_000);

  async function open(key = system.keys.admin): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const opened = await context.newPage();
    opened.setDefaultTimeout(10_000);
    await signIn(opened, system.api, key);
    return opened;
  }

  const ask = (method: string, path: string, body?: object, headers?: Record<string, string>) =>
    askAsAdmin(system, method, path, body, headers);

  async function query(text: string, values: unknown[] = []): Promise<void> {
    const client = new pg.Client({ connectionString: system.databaseUrl });
    await client.connect();
    await client.query(text, values);
    await client.end();
  }

  /** A price of SYMBOL, told without one being stored. */
  async function priceEvent(price: number): Promise<void> {
    await query(
      `insert into events (type, items, size) select 'price_update', jsonb_build_array(jsonb_build_object(
         'symbol', symbol, 'price', $2::float8, 'previous_close', previous_close, 'currency', currency, 'source', source,
         'quote_time', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
         'fetched_at', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'delay_s', 0, 'quality', 'suspect')), 1
       from latest_quotes where symbol = $1`,
      [SYMBOL, price],
    );
  }

  const goTo = (where: string) => page.evaluate(`location.hash = ${JSON.stringify(where)}`);
  const row = (symbol: string) => page.locator(`tr[data-symbol="${symbol}"]`);
  const main = () => page.getByRole('main');

  test('any number of tabs can stand open: only the one that is seen streams, and it goes on when it is seen again', async () => {
    const window = await openWindow();
    try {
      const first = await window.context.newPage();
      await signIn(first, system.api, system.keys.admin);
      await first.getByText('Streaming').waitFor();
      for (let tab = 2; tab <= 8; tab++) {
        const opened = await window.context.newPage();
        await opened.goto(system.api);
        await opened.locator(`tr[data-symbol="${SYMBOL}"] .price`).waitFor({ timeout: 10_000 });
        await opened.getByText('Streaming').waitFor({ timeout: 10_000 });
      }
      await first.bringToFront();
      await first.getByText('Streaming').waitFor({ timeout: 10_000 });
    } finally {
      await window.close();
    }
  }, 90_000);

  test('a refresh page comes to its end when each answer takes longer than the time between two questions', async () => {
    await page.route(/\/api\/v1\/refreshes\/[^/]+$/, async (route) => {
      const response = await route.fetch();
      await sleep(1_300);
      await route.fulfill({ response });
    });
    await page.getByRole('button', { name: 'Streaming' }).click();
    const { refresh_id } = await ask('POST', '/api/v1/manual/refresh/prices', { symbols: [SYMBOL], max_age_s: 0 });
    await goTo(`#/refreshes/${refresh_id}`);
    await main()
      .getByText(/^Done in/)
      .waitFor();
    expect(await page.getByRole('list', { name: 'Steps' }).innerText()).toMatch(/✓ Fetching[\s\S]*– Calculating/);
    await page.unrouteAll({ behavior: 'wait' });
  });

  test('what stood still is read again when it goes on', async () => {
    await goTo('#/portfolios');
    await main().getByRole('link', { name: 'Growth' }).waitFor();
    await ask('POST', '/api/v1/portfolios', { name: 'Made meanwhile' });
    await page.getByRole('button', { name: 'Paused' }).click();
    await main().getByRole('link', { name: 'Made meanwhile' }).waitFor();
  });

  test('without a server nothing is told that isn’t known, nobody is signed out, and all is read when it is back', async () => {
    await goTo('#/');
    await row(SYMBOL).waitFor();
    await system.apiProcess.terminate();
    await goTo('#/symbols/KO');
    await main()
      .getByText(/cannot be reached/)
      .waitFor();
    expect(await main().innerText()).not.toContain('Nothing is stored');
    await page.getByText('Reconnecting').waitFor();

    await goTo('#/strategies');
    await main()
      .getByText(/cannot be reached/)
      .waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText(/You are still signed in/).waitFor();
    expect(await page.getByLabel('Your key').count()).toBe(0);

    await system.restartApi();
    await main().getByText('Target weights').first().waitFor({ timeout: 20_000 });
    expect(await main().innerText()).not.toMatch(/cannot be reached/);
    await page.getByText('Streaming').waitFor();
    await page.locator('.notice').getByRole('button', { name: 'Try again' }).click();
    await page.getByLabel('Your key').waitFor();
    await page.reload();
    await page.getByLabel('Your key').waitFor();
  }, 60_000);

  test('who signs in next in the same tab sees nothing of the one before', async () => {
    await signIn(page, system.api, system.keys.admin);
    await page.getByRole('button', { name: 'Refresh', exact: true }).click();
    const state = page.getByRole('region', { name: 'Refresh' });
    await state.getByText(/^Done/).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Your key').fill(system.keys.admin);
    await page.keyboard.press('Enter');
    await row(SYMBOL).waitFor();
    expect(await state.count()).toBe(0);
  });

  test('a price that moves doesn’t move its row away under the pointer', async () => {
    await goTo('#/');
    await page.getByRole('button', { name: 'Price', exact: true }).click();
    const symbols = () =>
      page.locator('.quotes tbody tr').evaluateAll((rows) => rows.map((each) => each.getAttribute('data-symbol')));
    const before = await symbols();
    await row(SYMBOL).hover();
    await priceEvent(9e6);
    await row(SYMBOL).getByText('suspect').waitFor();
    const read = page.getByText(/^Read \d+ s ago/);
    const shown = await read.innerText();
    await eventually(async () => expect(await read.innerText()).not.toBe(shown));
    expect(await symbols()).toEqual(before);
  });

  test('a holding that was changed meanwhile is removed only when that is meant, and the focus goes back to where it was', async () => {
    const [portfolio] = (await ask('GET', '/api/v1/portfolios')).data.filter(({ name }) => name === 'Growth');
    const holdings = `/api/v1/portfolios/${portfolio?.portfolio_id}/holdings`;
    const change = async (quantity: string) => {
      const holding = (await ask('GET', holdings)).data.find(({ symbol }) => symbol === 'MSFT');
      const ifMatch = { 'if-match': `"v${holding?.version}"` };
      await ask('PATCH', `${holdings}/${holding?.holding_id}`, { quantity }, ifMatch);
    };
    await goTo(`#/portfolios/${portfolio?.portfolio_id}`);
    const edit = page.getByRole('button', { name: 'Edit MSFT' });
    const dialog = page.getByRole('dialog');
    const focused = () => page.evaluate('document.activeElement.getAttribute("aria-label")');
    await edit.click();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await eventually(async () => expect(await focused()).toBe('Edit MSFT'));

    await edit.click();
    await change('21');
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await dialog.getByRole('button', { name: 'Keep what is stored' }).click();
    await eventually(async () => expect(await row('MSFT').innerText()).toMatch(/\b21\b/));
    await eventually(async () => expect(await focused()).toBe('Edit MSFT'));

    await edit.click();
    await change('22');
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    const insist = dialog.getByRole('button', { name: /Remove version \d+ all the same/ });
    await insist.waitFor();
    await change('23');
    await insist.click();
    await eventually(async () => expect(await dialog.innerText()).toContain('23'));
    await insist.click();
    await eventually(async () => expect(await row('MSFT').count()).toBe(0));
  });

  test('what is sent twice is made once; a row that is removed hands its focus on', async () => {
    await goTo('#/portfolios');
    await page.getByRole('button', { name: 'New portfolio' }).click();
    await page.getByLabel('Name').fill('Once');
    await page.getByRole('button', { name: 'Make it' }).dblclick();
    await page.getByRole('heading', { name: 'Once' }).waitFor();
    await goTo('#/');
    await page.getByRole('button', { name: '+ New list' }).click();
    await page.getByLabel('Name of the new list').fill('Once');
    await page.getByRole('button', { name: 'Make', exact: true }).dblclick();
    await page.getByRole('heading', { name: 'Once' }).waitFor();
    for (const symbol of [SYMBOL, 'MSFT']) {
      await page.getByLabel('Symbol to add').fill(symbol);
      await page.keyboard.press('Enter');
      await row(symbol).waitFor();
    }
    await page.getByRole('button', { name: `Remove ${SYMBOL}` }).click();
    await eventually(async () => expect(await row(SYMBOL).count()).toBe(0));
    expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('Remove MSFT');
    for (const what of ['portfolios', 'watchlists']) {
      const { data } = await ask('GET', `/api/v1/${what}?limit=200`);
      expect(data.filter(({ name }) => name === 'Once')).toHaveLength(1);
    }
  });

  test('lists are shown to their end', async () => {
    await query(
      `insert into watchlists (id, user_id, name) select 'wl_many' || n, $1, 'List ' || n
      from generate_series(1, 60) n`,
      [system.userId],
    );
    await query(
      `insert into portfolios (id, user_id, name) select 'pf_many' || n, $1, 'Many ' || n
      from generate_series(1, 205) n`,
      [system.userId],
    );
    await goTo('#/watchlists/wl_many60');
    await page.getByRole('heading', { name: 'List 60' }).waitFor();
    await goTo('#/portfolios');
    await main().getByRole('link', { name: /^Many/ }).first().waitFor();
    expect(await main().getByRole('link', { name: /^Many/ }).count()).toBe(205);
  });

  test('a portfolio of more symbols than one request can name has its prices, and they stream', async () => {
    const { portfolio_id } = await ask('POST', '/api/v1/portfolios', { name: 'Wide' });
    await query(
      `insert into holdings (id, portfolio_id, symbol, quantity)
       select 'hld_wide' || n, $1, case n when 505 then $2 else 'WIDE' || n end, 1 from generate_series(1, 505) n`,
      [portfolio_id, SYMBOL],
    );
    await goTo(`#/portfolios/${portfolio_id}`);
    // So that no price is known from the pages before.
    await page.reload();
    await row('WIDE1').waitFor();
    await row(SYMBOL).locator('.price').waitFor();
    await page.getByText('Streaming').waitFor();
    await priceEvent(777);
    await row(SYMBOL).locator('.price', { hasText: '777.00' }).waitFor();
  });

  test('a stream that is refused has the page read again once, not each time that it is tried', async () => {
    let tried = 0;
    let read = 0;
    await page.route(/\/events\/price-updates/, (route) => {
      tried++;
      return route.fulfill({ status: 422, body: '{}' });
    });
    await page.route(/\/api\/v1\/market-data\/explain\/WIDE2/, (route) => {
      read++;
      return route.continue();
    });
    await goTo('#/symbols/WIDE2');
    await eventually(() => expect(tried).toBe(3), { withinMs: 20_000 });
    expect(read).toBe(2);
    await page.unrouteAll({ behavior: 'wait' });
    await goTo('#/');
    await page.getByText('Streaming').waitFor();
  }, 40_000);

  test('an address that names no part shows the first, whatever the name is to a script', async () => {
    await goTo('#/operations/constructor');
    await main().getByText('Yahoo Finance').first().waitFor();
  });

  test('neither a tablet nor a name as long as it may be makes the page wider than the screen', async () => {
    const { portfolio_id } = await ask('POST', '/api/v1/portfolios', { name: LONG, currency: 'CAD', cash: '5' });
    const { watchlist_id } = await ask('POST', '/api/v1/watchlists', { name: LONG });
    await ask('POST', `/api/v1/watchlists/${watchlist_id}/items`, { stock_symbol: SYMBOL });
    for (const width of [375, 720, 820, 912, 1024]) {
      await page.setViewportSize({ width, height: 900 });
      for (const where of [
        '#/',
        `#/watchlists/${watchlist_id}`,
        '#/portfolios',
        `#/portfolios/${portfolio_id}`,
        '#/symbols/AAPL',
        '#/operations/queues',
      ]) {
        await goTo(where);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await main().locator('section').first().waitFor();
        const wide = await page.evaluate('document.documentElement.scrollWidth');
        expect([where, wide]).toEqual([where, width]);
      }
      const button = await page.getByRole('button', { name: 'Sign out' }).boundingBox();
      expect((button?.x ?? width) + (button?.width ?? 0)).toBeLessThanOrEqual(width);
    }
  });
});
