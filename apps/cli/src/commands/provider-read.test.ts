import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { addProviderCommand } from './provider-read.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'freshet-provider-read-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function run(...args: string[]): Promise<{ out: string; error: string; exitCode: number }> {
  let [out, error] = ['', ''];
  const program = new Command('freshet')
    .exitOverride()
    .configureOutput({ writeOut: (text) => (out += text), writeErr: (text) => (error += text) });
  addProviderCommand(program);
  try {
    await program.parseAsync(['provider', 'read', ...args], { from: 'user' });
    return { out, error, exitCode: 0 };
  } catch (thrown) {
    return { out, error, exitCode: (thrown as { exitCode: number }).exitCode };
  }
}

test('prints a quote with the names of the API and every digit of the body', async () => {
  const body = file('ticker.json', '{"symbol":"ETHBTC","price":"0.030405000000000000001"}');
  const headers = file('headers.json', '{"Date":"Wed, 24 Mar 2021 13:28:35 GMT","X-MBX-USED-WEIGHT-1M":"2"}');
  const url = 'https://api.binance.com/api/v3/ticker/price?symbol=ETHBTC';
  const { out, exitCode } = await run('binance', '--url', url, '--body', body, '--headers', headers);
  expect(exitCode).toBe(0);
  expect(out).toContain('"price": 0.030405000000000000001,');
  expect(JSON.parse(out)).toEqual({
    quotes: [
      {
        symbol: 'ETH-BTC',
        price: 0.030405,
        open: null,
        high: null,
        low: null,
        previous_close: null,
        volume: null,
        market_cap: null,
        currency: 'BTC',
        source: 'binance',
        quote_time: '2021-03-24T13:28:35.000Z',
        delay_s: 0,
      },
    ],
    bars: [],
    earnings: [],
    errors: [],
    other: [],
  });
});

test('each figure of a quote and of its days stands under its own name', async () => {
  const meta = {
    symbol: 'TST.L',
    currency: 'GBp',
    dataGranularity: '1d',
    exchangeTimezoneName: 'Europe/London',
    regularMarketPrice: 150,
    regularMarketTime: 1767630600,
    regularMarketOpen: 110,
    regularMarketDayHigh: 160,
    regularMarketDayLow: 100,
    regularMarketPreviousClose: 120,
    regularMarketVolume: 9,
  };
  const quote = [{ open: [11], high: [16], low: [10], close: [15], volume: [7] }];
  const result = [{ meta, timestamp: [1767600000], indicators: { quote, adjclose: [{ adjclose: [14] }] } }];
  const body = file('chart.json', JSON.stringify({ chart: { result, error: null } }));
  const { out } = await run(
    'yahoo',
    '--url',
    'https://query1.finance.yahoo.com/v8/finance/chart/TST.L',
    '--body',
    body,
  );
  const { quotes, bars } = JSON.parse(out);
  expect(quotes).toMatchObject([{ price: 1.5, open: 1.1, high: 1.6, low: 1, previous_close: 1.2, volume: 9 }]);
  expect(bars).toMatchObject([
    { symbol: 'TST.L', session: '2026-01-05', open: 0.11, high: 0.16, low: 0.1, close: 0.15, adjusted_close: 0.14 },
  ]);
  expect(bars).toMatchObject([{ volume: 7, currency: 'GBP' }]);
});

test.each(['99', '1000', '200.5', 'ok'])('a status of %s is none, and nothing is read', async (status) => {
  const body = file('any.json', '{}');
  const { out, error, exitCode } = await run('yahoo', '--url', 'https://x.y', '--body', body, '--status', status);
  expect([exitCode, out]).toEqual([1, '']);
  expect(error).toContain('three digits');
});

test('tells a currency that is only assumed from one that is named', async () => {
  const body = file('unnamed.json', '[{"symbol":"ABC.XX","price":600.12}]');
  const url = 'https://financialmodelingprep.com/stable/quote?symbol=ABC.XX';
  const { out } = await run('fmp', '--url', url, '--body', body);
  expect(JSON.parse(out).quotes).toMatchObject([
    { price: 600.12, currency: 'USD', converted_by: { from: 'USD', rate: 1, assumed: true } },
  ]);
});

test('takes status and headers as curl -D writes them, and prints errors with their wait', async () => {
  const body = file('throttled.txt', 'Edge: Too Many Requests');
  const headers = file('headers.txt', 'HTTP/2 429\r\nretry-after: 7\r\ncontent-type: text/html\r\n\r\n');
  const url = 'https://query1.finance.yahoo.com/v8/finance/chart/AAPL';
  const { out } = await run('Yahoo', '--url', url, '--body', body, '--headers', headers);
  expect(JSON.parse(out).errors).toEqual([
    { symbol: null, kind: 'rate_limited', retry_after_ms: 7000, detail: 'HTTP 429: Edge: Too Many Requests' },
  ]);
});

test('names the providers that it knows when asked for another', async () => {
  const { error, exitCode } = await run('bloomberg', '--url', 'https://example.com', '--body', '-');
  expect(exitCode).not.toBe(0);
  expect(error).toMatch(/Known providers are .*yahoo/);
});

test('says which file it could not read', async () => {
  const { error, exitCode } = await run(
    'yahoo',
    '--url',
    'https://example.com',
    '--body',
    join(folder, 'nothing.json'),
  );
  expect(exitCode).not.toBe(0);
  expect(error).toContain('nothing.json');
});
