import {
  METRIC_NAMES,
  METRICS,
  type DrawdownDates,
  type Metrics,
  type PeriodMetrics,
  type ReturnSeries,
  alignReturns,
  allMetrics,
  correlationMatrix,
  cumulativeReturns,
  drawdownDates,
  growthPerCalendarYear,
  metricsByPeriod,
  perPeriod,
  returnsOfPrices,
  rolling,
} from '@freshet/finance';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type SeriesFile, readSeriesFile } from '../offline/series-file.ts';
import { cumulativeText, rollingText } from '../print/metric-series.ts';

interface MetricsOptions {
  returns?: string;
  prices?: string;
  benchmark?: string;
  periodsPerYear: number;
  riskFree: number;
  riskFreeBasis: 'annual' | 'period';
  cutoff: number;
  rolling?: number;
  cumulative?: true;
  json?: true;
}

const ROLLED = [
  'correlation',
  'sharpe',
  'max_drawdown',
  'alpha',
  'beta',
  'up_capture',
  'down_capture',
  'up_down_capture',
] as const;

/** Adds `freshet metrics --returns F.csv [--benchmark F.csv] …`: every metric of every series in a file. */
export function addMetricsCommand(program: Command): void {
  const command = program
    .command('metrics')
    .description('measure series of returns: performance, risk, and comparison with a benchmark')
    .addOption(
      new Option('--returns <file>', 'CSV: a date column, then one column of simple returns (0.01 = 1 %) per series'),
    )
    .addOption(
      new Option('--prices <file>', 'the same with prices, of which the returns are taken').conflicts('returns'),
    )
    .option('--benchmark <file>', 'CSV of the same kind; the column of the same name is used, else the first')
    .option(
      '--periods-per-year <n>',
      '252 for trading days, 365 for crypto, 52 for weeks, 12 for months',
      readPositive,
      252,
    )
    .option('--risk-free <rate>', 'risk-free return as a fraction (0.02 = 2 %)', readNumber, 0)
    .addOption(
      new Option('--risk-free-basis <basis>', 'whether --risk-free is per year or per period')
        .choices(['annual', 'period'])
        .default('annual'),
    )
    .option('--cutoff <share>', 'tail share of var and cvar', readShare, 0.05)
    .option('--rolling <n>', `also ${ROLLED.join(', ')} over a window of n periods`, readWindow)
    .option('--cumulative', 'also the cumulative return after each period')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP);
  command.action((options: MetricsOptions) => {
    try {
      const result = measureFiles(options);
      const print = command.configureOutput().writeOut ?? ((text) => process.stdout.write(text));
      print(options.json ? `${JSON.stringify(result, null, 2)}\n` : table(result));
    } catch (error) {
      command.error(`error: ${(error as Error).message}`);
    }
  });
}

const HELP = `
Dates are YYYY-MM-DD, or month/day/year in a file with a day above 12, which shows that they are.
Empty cells and NaN are gaps: periods without a return. They count as periods when a rate is made yearly, and nowhere else.

JSON: {periods_per_year, risk_free_per_period, cutoff, benchmark, series: {NAME: {from, to, periods, observations, gaps,
  metrics, reasons, max_drawdown_dates: {peak, trough, recovery}|null, by_period: {1m, 3m, ytd, 1y, all: {from, to, complete,
  metrics, reasons, …}}, calendar_years: {2024: {…}}, rolling?, cumulative_returns?, cumulative_dates?}}, correlation_matrix?}
A metric that has no value is null, and reasons says why. Metrics:
${METRIC_NAMES.map((name) => `  ${name.padEnd(30)}${METRICS[name].says}${METRICS[name].relative ? ' (with --benchmark)' : ''}`).join('\n')}
  ${'annualised_return_by_date'.padEnd(30)}compound return per 365.25 days (with --prices)
max_drawdown, var and cvar are returns: at most 0 for a loss. sharpe, sortino, volatility, downside_deviation, tracking_error and
information_ratio_annualised are per year; information_ratio is of one period.`;

type SeriesResult = ReturnType<typeof measureSeries>;
interface Result {
  periods_per_year: number;
  risk_free_per_period: number;
  cutoff: number;
  benchmark: string | null;
  series: Record<string, SeriesResult>;
  correlation_matrix?: { series: readonly string[]; values: (number | null)[][] };
}

function measureFiles(options: MetricsOptions): Result {
  const { periodsPerYear, riskFree, cutoff } = options;
  const path = options.returns ?? options.prices;
  if (!path) throw new Error('give --returns FILE or --prices FILE.');
  if (options.riskFreeBasis === 'annual' && riskFree <= -1) throw new Error('--risk-free must be above -1.');
  const asPrices = options.returns === undefined;
  const file = readSeriesFile(path);
  const benchmark = options.benchmark ? readSeriesFile(options.benchmark) : null;
  const perOne = options.riskFreeBasis === 'period' ? riskFree : perPeriod(riskFree, periodsPerYear);
  const sample = { periodsPerYear, riskFree: perOne, cutoff };
  const measured = file.names.map((name, at): [string, SeriesResult] => {
    const other = benchmark && seriesOf(benchmark, Math.max(0, benchmark.names.indexOf(name)), asPrices);
    return [name, measureSeries(seriesOf(file, at, asPrices), other, sample, options, asPrices)];
  });
  const result: Result = {
    periods_per_year: periodsPerYear,
    risk_free_per_period: perOne,
    cutoff,
    benchmark: benchmark && benchmark.names.length === 1 ? benchmark.names[0]! : (options.benchmark ?? null),
    series: Object.fromEntries(measured),
  };
  if (file.names.length > 1) {
    const returns = file.names.map((_, at) => seriesOf(file, at, asPrices).returns);
    const { symbols, values } = correlationMatrix({ sessions: file.dates, symbols: file.names, returns });
    result.correlation_matrix = { series: symbols, values };
  }
  return result;
}

function seriesOf({ dates, columns }: SeriesFile, at: number, asPrices: boolean): ReturnSeries {
  return asPrices ? returnsOfPrices(dates, columns[at]!) : { base: null, sessions: dates, returns: columns[at]! };
}

function measureSeries(
  own: ReturnSeries,
  benchmark: ReturnSeries | null,
  sample: { periodsPerYear: number; riskFree: number; cutoff: number },
  { rolling: window, cumulative }: MetricsOptions,
  asPrices: boolean,
) {
  const { returns, sessions, base } = own;
  const other = benchmark && alignReturns(benchmark, sessions);
  const whole = allMetrics(returns, other, sample);
  const periods = metricsByPeriod(own, other, sample);
  const isYear = ({ name }: PeriodMetrics): boolean => /^\d{4}$/.test(name);
  const byDate = asPrices && base ? growthPerCalendarYear(returns, base, sessions.at(-1) ?? base) : null;
  return {
    from: base ?? sessions[0] ?? null,
    to: sessions.at(-1) ?? null,
    periods: returns.length,
    ...shown(whole, drawdownDates(returns, sessions, base)),
    ...(typeof byDate === 'number' ? { annualised_return_by_date: byDate } : {}),
    by_period: named(periods.filter((period) => !isYear(period))),
    calendar_years: named(periods.filter(isYear)),
    ...(cumulative ? { cumulative_returns: [...cumulativeReturns(returns)], cumulative_dates: [...sessions] } : {}),
    ...(window
      ? {
          rolling: {
            window,
            dates: sessions.slice(window - 1),
            ...Object.fromEntries(ROLLED.map((metric) => [metric, rolling(metric, window, returns, other, sample)])),
          },
        }
      : {}),
  };
}

function shown({ values, reasons, observations, gaps }: Metrics, drawdown: DrawdownDates | null) {
  return { observations, gaps, metrics: values, reasons, max_drawdown_dates: drawdown };
}

function named(periods: readonly PeriodMetrics[]) {
  return Object.fromEntries(
    periods.map((period) => {
      const { name, from, to, complete, drawdown } = period;
      return [name, { from, to, complete, ...shown(period, drawdown) }];
    }),
  );
}

function table({ series }: Result): string {
  const names = Object.keys(series);
  const width = Math.max(12, ...names.map((name) => name.length + 2));
  const line = (label: string, cells: string[]): string =>
    `${label.padEnd(30)}${cells.map((cell) => cell.padStart(width)).join('')}\n`;
  const rows = METRIC_NAMES.map((metric) =>
    line(
      metric,
      names.map((name) => series[name]!.metrics[metric]?.toFixed(6) ?? '–'),
    ),
  );
  const why = new Set(names.flatMap((name) => Object.values(series[name]!.reasons)));
  const reasons = why.size ? `– has no value: ${[...why].join(', ')}\n` : '';
  return line('', names) + rows.join('') + reasons + cumulativeText(series) + rollingText(series);
}

function readNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('A number is needed.');
  return value;
}

function readPositive(text: string): number {
  const value = readNumber(text);
  if (value <= 0) throw new InvalidArgumentError('A positive number is needed.');
  return value;
}

function readShare(text: string): number {
  const value = readNumber(text);
  if (value < 0 || value > 1) throw new InvalidArgumentError('A share between 0 and 1 is needed.');
  return value;
}

function readWindow(text: string): number {
  const value = readNumber(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('A positive whole number is needed.');
  return value;
}
