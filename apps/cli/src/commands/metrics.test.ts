import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { addMetricsCommand } from './metrics.ts';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'freshet-metrics-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Runs the command as a shell would. */
function run(...args: string[]): { out: string; error: string; exitCode: number } {
  let [out, error] = ['', ''];
  const program = new Command('freshet')
    .exitOverride()
    .configureOutput({ writeOut: (text) => (out += text), writeErr: (text) => (error += text) });
  addMetricsCommand(program);
  try {
    program.parse(['metrics', ...args], { from: 'user' });
    return { out, error, exitCode: 0 };
  } catch (thrown) {
    return { out, error, exitCode: (thrown as { exitCode: number }).exitCode };
  }
}

const RETURNS = 'date,FUND,FLAT\n2024-01-02,0.01,0.01\n2024-01-03,-0.02,0.01\n2024-01-04,,0.01\n2024-01-05,0.03,0.01\n';

test('prints every metric of every series as JSON, null with a reason where there is none', () => {
  const { out, exitCode } = run('--returns', file('r.csv', RETURNS), '--json');
  expect(exitCode).toBe(0);
  const { series, correlation_matrix: matrix } = JSON.parse(out);
  expect(series.FUND).toMatchObject({ from: '2024-01-02', to: '2024-01-05', periods: 4, observations: 3, gaps: 1 });
  expect(series.FUND.metrics.cumulative_return).toBeCloseTo(1.01 * 0.98 * 1.03 - 1, 12);
  expect(series.FUND.metrics.max_drawdown).toBeCloseTo(-0.02, 12);
  expect(series.FUND.max_drawdown_dates).toEqual({ peak: '2024-01-02', trough: '2024-01-03', recovery: '2024-01-05' });
  expect(series.FUND.metrics.beta).toBeNull();
  expect(series.FUND.reasons.beta).toBe('no_benchmark');
  expect(series.FLAT.metrics.sharpe).toBeNull();
  expect(series.FLAT.reasons).toMatchObject({ sharpe: 'zero_variance', sortino: 'no_downside', calmar: 'no_drawdown' });
  expect(series.FUND.calendar_years['2024'].metrics.cumulative_return).toBeCloseTo(0.01949, 5);
  expect(series.FUND.by_period['1y'].reasons.sharpe).toBe('history_too_short');
  expect(matrix).toEqual({
    series: ['FUND', 'FLAT'],
    values: [
      [1, null],
      [null, null],
    ],
  });
});

test('compares with a benchmark by date, whatever the order of its rows', () => {
  const benchmark = file('b.csv', 'Date,SPX\n1/5/2024,0.02\n1/3/2024,-0.01\n1/2/2024,0.01\n12/29/2023,0.5\n');
  const { out } = run('--returns', file('r.csv', RETURNS), '--benchmark', benchmark, '--json');
  const { benchmark: name, series } = JSON.parse(out);
  expect(name).toBe('SPX');
  expect(series.FUND.metrics.up_capture).toBeGreaterThan(1);
  expect(series.FUND.metrics.correlation).toBeCloseTo(0.99718, 5);
});

test('takes prices, a yearly risk-free rate, a window and the length of a year', () => {
  const prices = file('p.csv', 'date,A\n2024-01-01,100\n2024-01-08,110\n2024-01-15,99\n2024-01-22,108.9\n');
  const options = ['--periods-per-year', '52', '--risk-free', '0.05', '--rolling', '2', '--cumulative'];
  const { out } = run('--prices', prices, ...options, '--json');
  const { risk_free_per_period: riskFree, series } = JSON.parse(out);
  expect((1 + riskFree) ** 52).toBeCloseTo(1.05, 12);
  expect(series.A.periods).toBe(3);
  expect(series.A.cumulative_returns[2]).toBeCloseTo(0.089, 12);
  expect(series.A.rolling).toMatchObject({ window: 2, dates: ['2024-01-15', '2024-01-22'] });
  expect(series.A.rolling.max_drawdown[0]).toBeCloseTo(-0.1, 12);
  expect(series.A.metrics.annualised_return_by_date).toBeUndefined();
  expect(series.A.annualised_return_by_date).toBeCloseTo(1.089 ** (365.25 / 21) - 1, 6);
});

test('a file without rows, and one with a single row, have a defined answer', () => {
  const none = JSON.parse(run('--returns', file('none.csv', 'date,A\n'), '--json').out);
  expect(none.series.A).toMatchObject({ from: null, periods: 0, by_period: {}, calendar_years: {} });
  expect(new Set(Object.values(none.series.A.metrics))).toEqual(new Set([null]));
  const one = run('--returns', file('one.csv', 'date,A\n2024-01-02,0.01\n'), '--json').out;
  expect(one).not.toMatch(/NaN|Infinity/);
  expect(JSON.parse(one).series.A.metrics).toMatchObject({
    volatility: null,
    sharpe: null,
    cumulative_return: expect.closeTo(0.01),
  });
});

test('reads what spreadsheets write: a byte order mark, CRLF, quotes, dates with times, rows of no order, missing cells', () => {
  const plain = file('plain.csv', 'date,A,B\n2024-01-02,0.01,0.02\n2024-01-03,,0.01\n2024-01-04,0.03,\n');
  const text =
    '\uFEFFdate,"A",B\r\n2024-01-04T00:00:00Z, 0.03\r\n\r\n"2024-01-02","0.01",2e-2\r\n2024-01-03,n/a,.01\r\n';
  expect(run('--returns', file('spreadsheet.csv', text), '--json')).toEqual(run('--returns', plain, '--json'));
});

test('prints a table for people, with the reasons', () => {
  const { out } = run('--returns', file('r.csv', RETURNS));
  expect(out).toMatch(/cumulative_return +0\.019494 +0\.040604/);
  expect(out).toContain('zero_variance');
});

test('prints what was asked for besides as tables by date', () => {
  const prices = file('rolled.csv', 'date,A,B\n2024-01-01,100,10\n2024-01-08,110,10\n2024-01-15,99,10\n');
  const { out } = run('--prices', prices, '--rolling', '2', '--cumulative');
  expect(out).toMatch(/\ncumulative return +A +B\n2024-01-08 +0\.100000 +0\.000000\n2024-01-15 +-0\.010000 /);
  expect(out).toMatch(/\nA, 2 periods +correlation +sharpe +max_drawdown.*\n2024-01-15 +– +-?\d+\.\d+ +-0\.100000 /);
  expect(out).toMatch(/\nB, 2 periods /);
});

test('a risk-free rate is of the year unless it is said to be of the period', () => {
  const sharpe = (...args: string[]): number =>
    JSON.parse(run('--returns', file('r.csv', RETURNS), '--json', ...args).out).series.FUND.metrics.sharpe;
  const ofYear = String(1.0002 ** 252 - 1);
  const ofPeriod = sharpe('--risk-free', '0.0002', '--risk-free-basis', 'period');
  expect(ofPeriod).toBeCloseTo(sharpe('--risk-free', ofYear), 9);
  expect(ofPeriod).not.toBeCloseTo(sharpe('--risk-free', '0.0002'), 3);
});

test.each([
  [[], 'give --returns FILE or --prices FILE'],
  [['--returns', 'missing.csv'], 'missing.csv cannot be read'],
  [['--returns', 'TEXT:date,A\n2024-01-02,abc\n'], 'line 2, A: “abc” is not a number'],
  [['--returns', 'TEXT:date,A\nyesterday,1\n'], 'line 2: “yesterday” is not a date'],
  [['--returns', 'TEXT:date,A\n04/01/2024,1\n05/01/2024,2\n'], 'line 2: “04/01/2024” could be month/day or day/month'],
  [['--returns', 'TEXT:date,A\n04/01/2024,1\n15/01/2024,2\n'], 'line 2: “04/01/2024” is day/month/year'],
  [['--returns', 'TEXT:date,A\n2024-01-02,1\n2024-01-02,2\n'], 'has two rows for 2024-01-02'],
  [['--returns', 'TEXT:date,A,A\n'], 'two columns named A'],
  [['--returns', 'TEXT:date\n2024-01-02\n'], 'needs a header'],
  [['--returns', 'TEXT:'], 'needs a header'],
  [['--returns', 'TEXT:date;A\n2024-01-02;0,01\n'], 'divided by semicolons; commas are needed'],
  [['--returns', 'TEXT:date\tA\n2024-01-02\t0.01\n'], 'divided by tabs'],
  [['--returns', 'TEXT:2024-01-02,0.01\n2024-01-03,0.02\n'], 'needs a header, but begins with the row of 2024-01-02'],
  [['--returns', 'TEXT:date,A\n2024-01-0213,1\n'], 'line 2: “2024-01-0213” is not a date'],
  [['--returns', 'TEXT:date,A\r\n\r\n\r\n2024-01-02,1\r\n2024-01-03,"1,5"\r\n'], 'line 5, A: “1,5” is not a number'],
  [['--returns', 'TEXT:date,A\n2024-01-02,"1\n'], 'is not CSV'],
  [['--returns', 'TEXT:d\0a\0t\0e\0,\0A\0'], 'is not UTF-8 text'],
  [['--returns', 'TEXT:date,A\n2024-01-02,1,2\n'], 'line 2: 3 cells'],
  [['--returns', 'x.csv', '--periods-per-year', '0'], 'A positive number is needed'],
  [['--returns', 'x.csv', '--risk-free', 'much'], 'A number is needed'],
  [['--returns', 'x.csv', '--risk-free', '-1'], '--risk-free must be above -1'],
  [['--returns', 'x.csv', '--cutoff', '5'], 'A share between 0 and 1 is needed'],
  [['--returns', 'x.csv', '--cutoff', '-0.05'], 'A share between 0 and 1 is needed'],
  [['--returns', 'x.csv', '--rolling', '0'], 'A positive whole number is needed'],
  [['--returns', 'x.csv', '--rolling', '2.5'], 'A positive whole number is needed'],
])('%j is refused: %s', (args, why) => {
  const given = args.map((arg) => (arg.startsWith('TEXT:') ? file('bad.csv', arg.slice(5)) : arg));
  const { out, error, exitCode } = run(...given);
  expect(error).toContain(why);
  expect([out, exitCode]).toEqual(['', 1]);
});

test('no series gets lost, whatever it is called', () => {
  const { out } = run('--returns', file('names.csv', RETURNS.replace('FUND,FLAT', '__proto__,constructor')), '--json');
  expect(Object.keys(JSON.parse(out).series)).toEqual(['__proto__', 'constructor']);
});
