import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { eventually, repositoryRoot } from '@freshet/testing';
import pg from 'pg';
import type { Browser, Page } from 'playwright-core';
import { inBrowser, LATENCY_MS, startWithBrowser } from './browser.ts';
import { askAsAdmin } from './client.ts';
import { latency } from './faults/latency.ts';
import type { System } from './system.ts';

const SYMBOL = 'BTC-USD';

inBrowser('the dashboard in a browser', () => {
  let system: System;
  let browser: Browser;
  let page: Page;
  /** What the browser had to complain about: scripts that failed, and what the page's own policy forbade. */
  const complaints: string[] = [];

  beforeAll(async () => {
    ({ system, browser } = await startWithBrowser());
    await ask('POST', '/api/v1/market-data/fetch/batch', { symbols: ['AAPL', 'EURUSD=X', SYMBOL] });
    page = await open({ width: 1280, height: 900 });
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  }, 60_000);

  async function open(viewport: { width: number; height: number }): Promise<Page> {
    const context = await browser.newContext({ viewport });
    const opened = await context.newPage();
    opened.setDefaultTimeout(10_000);
    opened.on('console', (message) => {
      if (message.type() === 'error' && !EXPECTED.test(message.text())) complaints.push(message.text());
    });
    opened.on('pageerror', (error) => complaints.push(error.message));
    return opened;
  }

  const ask = (method: string, path: string, body?: object, headers?: Record<string, string>) =>
    askAsAdmin(system, method, path, body, headers);

  const row = (symbol: string) => page.locator(`tr[data-symbol="${symbol}"]`);

  /** As if it had been fetched so many minutes ago; told as every change is, for the api and the page remember prices. */
  async function age(symbol: string, minutes: number): Promise<void> {
    const client = new pg.Client({ connectionString: system.databaseUrl });
    await client.connect();
    await client.query(
      `update latest_quotes set fetched_at = fetched_at - $2 * interval '1 minute', quote_time = quote_time - $2 * interval '1 minute'
       where symbol = $1`,
      [symbol, minutes],
    );
    await client.query(
      `insert into events (type, items, size) select 'price_update', jsonb_build_array(jsonb_build_object(
         'symbol', symbol, 'price', price, 'previous_close', previous_close, 'currency', currency, 'source', source,
         'quote_time', to_char(quote_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
         'fetched_at', to_char(fetched_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'delay_s', delay_s)), 1
       from latest_quotes where symbol = $1`,
      [symbol],
    );
    await client.end();
  }

  test('lets nobody in without a key, and whoever has one sees the default watchlist with prices and their freshness', async () => {
    await age(SYMBOL, 20);
    await page.goto(system.api);
    await page.getByLabel('Your key').fill('not a key');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Your key').fill(system.keys.admin);
    await page.getByRole('button', { name: 'Sign in' }).click();

    await row(SYMBOL).waitFor();
    expect(await page.locator('tbody tr').count()).toBeGreaterThan(10);
    expect(await row(SYMBOL).innerText()).toMatch(/[\d,]+\.\d\d USD[\s\S]*outdated · 2\d min/);
    expect(await row('AAPL').innerText()).toMatch(/\d+\.\d\d USD[\s\S]*(live|fresh) · (\d+ s|now)/);
  });

  test('a refresh shows its progress up to its end, and the age falls, which goes on ticking', async () => {
    // Longer than it takes to find the bar and to read beside it.
    await latency(system, 3_000);
    await page.getByRole('button', { name: 'Refresh', exact: true }).click();
    const state = page.getByRole('region', { name: 'Refresh' });
    await state.getByRole('progressbar').waitFor();
    expect(await state.innerText()).toMatch(/Waiting for a worker|Fetching|%/);
    await latency(system, LATENCY_MS);
    await state.getByText(/^Done/).waitFor();
    expect(await state.getAttribute('data-status')).toBe('success');

    const secondsOf = async () => Number(/live · (\d+) s/.exec(await row(SYMBOL).innerText())?.[1] ?? Number.NaN);
    const seconds = await eventually(async () => {
      const shown = await secondsOf();
      expect(shown).toBeLessThan(30);
      return shown;
    });
    await eventually(async () => expect(await secondsOf()).toBeGreaterThan(seconds));
  });

  test('a price that is fetched elsewhere moves on the page by itself', async () => {
    await age(SYMBOL, 8);
    await page.reload();
    await eventually(async () => expect(await row(SYMBOL).innerText()).toContain('stale'));
    await page.getByText('Streaming').waitFor();
    await ask('POST', '/api/v1/market-data/fetch/batch', { symbols: [SYMBOL] });
    await eventually(async () => expect(await row(SYMBOL).innerText()).toContain('live'));
  });

  test('a symbol that is added is there at once; one that is refused is taken back, with the reason', async () => {
    const field = page.getByLabel('Symbol to add');
    await field.fill('nflx');
    await field.press('Enter');
    await row('NFLX').waitFor();
    await eventually(async () => expect(await row('NFLX').innerText()).toMatch(/\d\.\d\d USD/));
    await field.fill('not a symbol!');
    await field.press('Enter');
    await page.getByText(/NOT A SYMBOL! was not added/).waitFor();
    expect(await row('NOT A SYMBOL!').count()).toBe(0);
  });

  test('any symbol is looked up by keyboard, and shown with its history as a chart and why its price is what it is', async () => {
    await ask('POST', '/api/v1/manual/refresh/prices', { symbols: ['AAPL'], mode: 'full' }, { prefer: 'wait=10' });
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('/');
    await page.keyboard.type('aap');
    await page.getByRole('option', { name: /AAPL/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'AAPL Apple' }).waitFor();
    await page
      .getByRole('img', { name: /^AAPL: from .* to .*, lowest/ })
      .locator('canvas')
      .first()
      .waitFor();
    expect(await page.getByRole('region', { name: 'Why this price' }).innerText()).toMatch(
      /Provider[\s\S]*yahoo[\s\S]*Checks passed/,
    );
  });

  test('a portfolio is shown with its value, its growth beside the benchmark, and what it holds against what it should', async () => {
    const [portfolio] = (await ask('GET', '/api/v1/portfolios')).data;
    const full = `/api/v1/manual/refresh/portfolio/${portfolio?.user_id}`;
    await ask('POST', full, { mode: 'full' }, { prefer: 'wait=20' });
    await page.goto(`${system.api}/#/portfolios/${portfolio?.portfolio_id}`);
    await page
      .getByRole('img', { name: /growth since .* S&P 500 .*%, Drawdown/ })
      .locator('canvas')
      .first()
      .waitFor();
    expect(await page.getByRole('main').innerText()).toMatch(/\$\d{2},\d{3}\.\d\d[\s\S]*Profit or loss[\s\S]*Sharpe/);
    expect(await row('MSFT').innerText()).toMatch(/\d+\.\d% of 20%/);
  });

  test('a holding that somebody else changed meanwhile is shown in both versions, and nothing is overwritten unasked', async () => {
    const [portfolio] = (await ask('GET', '/api/v1/portfolios')).data;
    const holdings = `/api/v1/portfolios/${portfolio?.portfolio_id}/holdings`;
    const holding = (await ask('GET', holdings)).data.find(({ symbol }) => symbol === 'MSFT');
    await page.goto(`${system.api}/#/portfolios/${portfolio?.portfolio_id}`);
    await page.getByRole('button', { name: 'Edit MSFT' }).click();
    // Whoever types goes on typing: the focus isn't on the cross that closes.
    await page.locator('[name=quantity]:focus').waitFor();
    await page.getByLabel('Quantity').fill('33');
    await ask(
      'PATCH',
      `${holdings}/${holding?.holding_id}`,
      { quantity: '21' },
      { 'if-match': `"v${holding?.version}"` },
    );
    await page.getByRole('button', { name: 'Save' }).click();

    const conflict = page.getByRole('dialog');
    await conflict.getByText('Stored now').waitFor();
    expect(await conflict.innerText()).toMatch(/Stored now[\s\S]*21[\s\S]*Yours[\s\S]*33/);
    await conflict.getByRole('button', { name: 'Save mine over it' }).click();
    await eventually(async () => expect(await row('MSFT').innerText()).toMatch(/\b33\b/));
  });

  test('operators see every part of the system', async () => {
    for (const [part, expected] of [
      ['providers', 'Yahoo Finance'],
      ['freshness', 'Equities'],
      ['refreshes', 'Latest refreshes'],
      ['schedules', 'stopped'],
      ['queues', 'Failed jobs'],
      ['alerts', 'Anomalies'],
    ]) {
      await page.goto(`${system.api}/#/operations/${part}`);
      await page
        .getByRole('main')
        .getByText(expected ?? '')
        .first()
        .waitFor();
    }
  });

  test('a phone needs no sideways scrolling, in the dark neither', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 390, height: 844 });
    for (const where of [
      '',
      '#/symbols/AAPL',
      '#/portfolios',
      '#/strategies',
      '#/operations/providers',
      '#/operations/schedules',
    ]) {
      await page.goto(`${system.api}/${where}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      const { wide, dark } = (await page.evaluate(
        '({ wide: document.documentElement.scrollWidth, dark: getComputedStyle(document.body).backgroundColor })',
      )) as { wide: number; dark: string };
      expect([where, wide]).toEqual([where, 390]);
      expect(dark).toBe('rgb(13, 17, 23)');
    }
  });

  test('the number of open alerts has room on a phone too', async () => {
    const client = new pg.Client({ connectionString: system.databaseUrl });
    await client.connect();
    // Of no rule's name: within ten seconds the scheduler ends what none of its own finds true.
    await client.query(
      `insert into alerts (name, severity, subject, detail) values ('a_story', 'warning', 'a story', 'It is told')`,
    );
    await client.end();
    await page.reload();
    await page.locator('.alert-count').waitFor();
    const wide = '[document.documentElement.scrollWidth, document.querySelector(".nav").scrollWidth]';
    const [all, nav] = (await page.evaluate(wide)) as number[];
    expect(all).toBe(390);
    expect(nav).toBe(await page.evaluate('document.querySelector(".nav").clientWidth'));
  });

  test('on a phone nothing of a price juts out of its row, whether the list is the reader’s to change or not', async () => {
    for (const key of [system.keys.admin, system.keys.user]) {
      const phone = await open({ width: 390, height: 844 });
      await phone.goto(system.api);
      await phone.getByLabel('Your key').fill(key);
      await phone.keyboard.press('Enter');
      await phone.locator(`tr[data-symbol="${SYMBOL}"] .pill`).waitFor();
      const out = await phone.evaluate(`[...document.querySelectorAll('.quotes tbody tr')].flatMap((row) => {
        const { left, right } = row.getBoundingClientRect();
        const parts = [...row.querySelectorAll('a, .price, .pill, td')].map((part) => part.getBoundingClientRect());
        return parts.some((part) => part.left < left || part.right > right) ? [row.innerText] : [];
      })`);
      expect(out).toEqual([]);
      await phone.context().close();
    }
  });

  test('nothing failed in the browser, and nothing was against the page’s own policy', () => {
    expect(complaints).toEqual([]);
  });

  test('all that is loaded is 250 kB at most, compressed', () => {
    const assets = join(repositoryRoot, 'apps/dashboard/dist/assets');
    const sizes = readdirSync(assets).map((file) => gzipSync(readFileSync(join(assets, file))).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(250_000);
  });
});

/** Chromium reports answers that these stories provoke: who is signed in, a bad key, a bad symbol, a conflict. */
const EXPECTED = /status of 4(01|12|22)/;
