import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { addAllocateCommand } from './allocate.ts';

let folder: string;
let prices: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'freshet-allocate-'));
  prices = join(folder, 'prices.csv');
  const rows = Array.from({ length: 40 }, (_, day) => {
    const wave = (size: number, period: number, slope: number): string =>
      (100 * (1 + slope * day + size * Math.sin(day / period))).toFixed(4);
    const date = new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10);
    return `${date},${wave(0.02, 2, 0.002)},${wave(0.05, 3, 0.004)},${wave(0.01, 1.3, -0.001)},50`;
  });
  writeFileSync(prices, `date,A,B,C,FLAT\n${rows.join('\n')}\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(...args: string[]): { out: string; error: string; exitCode: number } {
  let [out, error] = ['', ''];
  const program = new Command('freshet')
    .exitOverride()
    .configureOutput({ writeOut: (text) => (out += text), writeErr: (text) => (error += text) });
  addAllocateCommand(program);
  try {
    program.parse(['allocate', ...args], { from: 'user' });
    return { out, error, exitCode: 0 };
  } catch (thrown) {
    return { out, error, exitCode: (thrown as { exitCode: number }).exitCode };
  }
}
const allocate = (strategy: string, ...rest: string[]) =>
  JSON.parse(run('--strategy', strategy, '--prices', prices, ...rest, '--json').out);
const total = (weights: Record<string, number>): number => Object.values(weights).reduce((sum, each) => sum + each, 0);

test('gives weights, and what is expected of them', () => {
  const result = allocate('minimum_variance', '--option', 'risk_free=0.02', '--estimates');
  expect(result).toMatchObject({
    strategy: 'minimum_variance',
    as_of: '2024-02-09',
    cash: 0,
    reason: null,
    reasons: {},
  });
  expect(total(result.weights)).toBeCloseTo(1, 12);
  expect(result.excluded).toEqual([{ symbol: 'FLAT', reason: 'zero_variance' }]);
  const { expected_returns: expected, covariance, symbols } = result.estimates;
  const weights = symbols.map((symbol: string) => result.weights[symbol]);
  const annual = weights.reduce((sum: number, weight: number, i: number) => sum + weight * expected[i], 0);
  expect(result.expected_annual_return).toBeCloseTo(annual, 12);
  const variance = weights.flatMap((a: number, i: number) =>
    weights.map((b: number, j: number) => a * b * covariance[i][j]),
  );
  expect(result.annual_volatility ** 2).toBeCloseTo(total(variance), 12);
  expect(result.sharpe).toBeCloseTo((annual - 0.02) / result.annual_volatility, 12);
});

test('what each model of returns expects is of the same weights and volatility', () => {
  const options = ['--option', 'risk_free=0.02', 'expected_returns=ema', '--estimates'];
  const {
    expected_by_model: models,
    expected_annual_return,
    annual_volatility,
    sharpe,
  } = allocate('minimum_variance', ...options);
  expect(models.ema.expected_annual_return).toBeCloseTo(expected_annual_return, 12);
  expect(models.ema.sharpe).toBeCloseTo(sharpe, 12);
  for (const model of Object.values<typeof models.ema>(models)) {
    if (model.sharpe === null) continue;
    expect(model.sharpe).toBeCloseTo((model.expected_annual_return - 0.02) / annual_volatility, 12);
  }
});

test('risk parity: every asset contributes the same', () => {
  const parts = Object.values<number>(allocate('risk_parity').risk_contributions);
  for (const part of parts) expect(part).toBeCloseTo(1 / 3, 6);
});

test('options may follow one --option or several, with hyphens, and caps and the buffer hold', () => {
  const options = [
    '--option',
    'asset-cap=0.4',
    'cash_buffer=0.1',
    '--option',
    'sectors=A:Up,B:Up,C:Down',
    'sector_cap=0.6',
  ];
  const { weights, cash, cash_because: because } = allocate('equal-weight', ...options);
  expect(weights.A + weights.B).toBeLessThanOrEqual(0.6 + 1e-12);
  expect(Math.max(...Object.values<number>(weights))).toBeLessThanOrEqual(0.4 + 1e-12);
  expect(cash).toBeCloseTo(0.1, 12);
  expect(because).toEqual(['buffer']);
});

test('shares money out in whole units, and says what to buy and sell', () => {
  const weights = 'weights=A:0.5,FLAT:0.3';
  const held = ['--option', weights, 'holdings=B:10', 'cash=1000', 'whole_shares=true'];
  const { signals, quantities, value, cash_after: left, cash } = allocate('fixed', ...held);
  expect(cash).toBeCloseTo(0.2, 12);
  expect(signals.map(({ symbol, side }: { symbol: string; side: string }) => `${side} ${symbol}`)).toEqual([
    'sell B',
    'buy A',
    'buy FLAT',
  ]);
  expect(Object.values<string>(quantities).every((units) => /^\d+$/.test(units))).toBe(true);
  expect(Number(left)).toBeGreaterThanOrEqual(Number(value) * 0.2 - 1e-9);
});

test('without an answer there is a reason, not an error', () => {
  const { weights, reason, detail } = allocate('maximum_sharpe', '--option', 'risk_free=5000');
  expect([weights, reason]).toEqual([null, 'nothing_beats_risk_free']);
  expect(detail).toContain('risk-free');
  expect(run('--strategy', 'market_cap_weight', '--prices', prices).out).toContain('no allocation');
});

test('prints a table for people', () => {
  expect(run('--strategy', 'hrp', '--prices', prices).out).toMatch(
    /^A +\d+\.\d\d %\nB[^]*cash +0\.00 %\nexpected annual return/,
  );
});

test('prints trades and estimates for people too, when they were asked for', () => {
  const plain = ['--strategy', 'equal_weight', '--prices', prices];
  const { out } = run(...plain, '--estimates', '--option', 'holdings=A:10,FLAT:3', 'cash=100');
  expect(out).toMatch(/\nsymbol +trade +quantity +value +now +target +held then\n/);
  expect(out).toMatch(/\nA +sell +\d+\.\d+ .* %/);
  expect(out).toMatch(/\nvalue \d+(\.\d+)?, cash when all is done \d/);
  expect(out).toMatch(/\nper year +return +A +B/);
  expect(run(...plain).out).not.toMatch(/trade|per year/);
});

test.each([
  [['--strategy', 'magic'], 'Known strategies are equal_weight'],
  [['--strategy', 'equal_weight', '--option', 'colour=red'], 'there is no such option'],
  [['--strategy', 'equal_weight', '--option', 'asset_cap=2'], 'more than 1'],
  [['--strategy', 'equal_weight', '--option', 'asset_cap'], 'written name=value'],
  [['--strategy', 'minimum_variance', '--option', 'covariance=guess'], '“guess” is not known. It is sample |'],
  [['--strategy', 'fixed', '--option', 'weights=X:1'], 'X is named in an option'],
  [['--strategy', 'momentum', '--option', 'top=1.5'], 'not a whole number'],
  [['--strategy', 'equal_weight', '--option', 'cash=1e3'], 'not a decimal'],
  [['--strategy', 'equal_weight', '--option', 'cash_buffer=-0.1'], 'is not a number that it takes'],
  [['--strategy', 'equal_weight', '--option', 'cash_buffer='], 'is not a number that it takes'],
  [['--strategy', 'equal_weight', '--option', 'whole_shares=yes'], 'is neither true nor false'],
  [['--strategy', 'equal_weight', '--option', 'asset_caps=0.5'], 'is not written NAME:VALUE'],
])('%j is refused: %s', (args, why) => {
  const { out, error, exitCode } = run(...args, '--prices', prices);
  expect(error).toContain(why);
  expect([out, exitCode]).toEqual(['', 1]);
});

test('whole shares keep to the caps that the weights keep to', () => {
  const { quantities, value } = allocate(
    'equal_weight',
    '--option',
    'value=1000',
    'whole_shares=true',
    'asset_cap=0.25',
    'sectors=A:Up,B:Up',
    'sector_cap=0.5',
  );
  const last: Record<string, number> = { A: 0, B: 0, C: 0, FLAT: 50 };
  const [head, ...rows] = readFileSync(prices, 'utf8').trim().split('\n');
  head!.split(',').forEach((name, at) => at > 0 && (last[name] = Number(rows.at(-1)!.split(',')[at])));
  const worth = (name: string): number => Number(quantities[name]) * last[name]!;
  for (const name of Object.keys(quantities)) expect(worth(name)).toBeLessThanOrEqual(0.25 * Number(value));
  expect(worth('A') + worth('B')).toBeLessThanOrEqual(0.5 * Number(value));
});

test.each([
  ['asset_caps=A:0.1,A:0.2', '--option asset_caps: A is named twice.'],
  ['lookback=21', '--option lookback: 21 periods, of which skip passes over 21.'],
])('%s is told of, not guessed at', (option, message) => {
  expect(run('--strategy', 'momentum', '--prices', prices, '--option', option).error).toContain(message);
});

test('a column may have the name of what every object has', () => {
  const path = join(folder, 'names.csv');
  writeFileSync(path, readFileSync(prices, 'utf8').replace('A,B,C', 'constructor,__proto__,valueOf'));
  const { out } = run('--strategy', 'inverse_volatility', '--prices', path, '--option', 'sector_cap=0.5', '--json');
  const { weights } = JSON.parse(out);
  expect(Object.keys(weights)).toEqual(['constructor', '__proto__', 'valueOf']);
  expect(total(weights)).toBeCloseTo(1, 12);
});
