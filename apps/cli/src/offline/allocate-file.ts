import {
  REASONS,
  RETURNS_MODELS,
  type ReturnSeries,
  type ReturnsModel,
  type StrategyName,
  type StrategyOutcome,
  expectedReturns,
  measured,
  returnTable,
  returnsOfPrices,
  riskContributions,
  runStrategy,
  signalsFor,
} from '@freshet/finance';
import { type AllocateOptions, readAllocateOptions } from './allocate-options.ts';
import { type SeriesFile, readSeriesFile } from './series-file.ts';

export interface AllocateFileOptions {
  strategy: StrategyName;
  prices: string;
  market?: string;
  /** `name=value` texts. */
  option: string[];
  estimates?: true;
}

type Reached = Extract<StrategyOutcome, { reason: null }>;

/**
 * One run of a strategy on a file of prices, as it is printed.
 *
 * @throws Error that says what is wrong with a file or an option
 */
export function allocateFile({ strategy, prices: path, market: marketPath, option, estimates }: AllocateFileOptions) {
  const options = readAllocateOptions(option);
  const file = readSeriesFile(path);
  requireKnown(file, options);
  const market = marketPath ? marketReturns(readSeriesFile(marketPath)) : null;
  const prices = { sessions: file.dates, symbols: file.names, prices: file.columns };
  const assets = new Map(
    file.names.map((name) => [
      name,
      { sector: options.sectors[name] ?? null, marketCap: options.marketCaps[name] ?? null },
    ]),
  );
  const outcome = runStrategy({
    strategy,
    options: options.strategy,
    constraints: options.constraints,
    prices,
    assets,
    market,
  });
  const head = { strategy, as_of: file.dates.at(-1) ?? null };
  const { excluded, reason } = outcome;
  if (outcome.reason !== null) {
    return { ...head, weights: null, cash: null, excluded, reason, detail: REASONS[outcome.reason] };
  }
  return {
    ...head,
    weights: Object.fromEntries(outcome.allocations.map(({ symbol, weight }) => [symbol, weight])),
    cash: outcome.cash,
    cash_because: outcome.cashBecause,
    ...performanceOf(outcome),
    risk_contributions: contributionsOf(outcome),
    expected_by_model: byModel(file, outcome, options, market),
    excluded,
    reason: null,
    ...tradesOf(file, outcome, options),
    ...(estimates ? { estimates: estimatesOf(outcome) } : {}),
  };
}

/** Names in options that the file doesn't have are slips of the pen. */
function requireKnown(
  file: SeriesFile,
  { strategy, constraints, sectors, marketCaps, holdings }: AllocateOptions,
): void {
  const named = [strategy.weights, constraints.assetCaps, sectors, marketCaps, holdings].flatMap((each) =>
    Object.keys(each ?? {}),
  );
  const unknown = named.find((name) => !file.names.includes(name));
  if (unknown !== undefined) throw new Error(`${unknown} is named in an option, but the prices have no such column.`);
}

function marketReturns({ dates, columns }: SeriesFile): ReturnSeries {
  return returnsOfPrices(dates, columns[0]!);
}

function performanceOf({ performance }: Reached) {
  const figures = {
    expected_annual_return: measured(performance.annualReturn),
    annual_volatility: measured(performance.annualVolatility),
    sharpe: measured(performance.sharpe),
  };
  const entries = Object.entries(figures);
  return {
    ...(Object.fromEntries(entries.map(([name, { value }]) => [name, value])) as Record<
      keyof typeof figures,
      number | null
    >),
    reasons: Object.fromEntries(entries.flatMap(([name, { reason }]) => (reason ? [[name, reason]] : []))),
  };
}

function contributionsOf({ allocations, estimates }: Reached): Record<string, number> | null {
  if (!estimates) return null;
  const parts = riskContributions(
    estimates.covariance,
    Float64Array.from(allocations, ({ weight }) => weight),
  );
  if (!parts.every(Number.isFinite)) return null;
  return Object.fromEntries(allocations.map(({ symbol }, at) => [symbol, parts[at]!]));
}

/** The same weights judged by every model of expected returns. */
function byModel(
  file: SeriesFile,
  { allocations, performance }: Reached,
  options: AllocateOptions,
  market: ReturnSeries | null,
) {
  const columns = allocations.map(({ symbol }) => file.columns[file.names.indexOf(symbol)]!);
  const table = returnTable({
    sessions: file.dates,
    symbols: allocations.map(({ symbol }) => symbol),
    prices: columns,
  });
  const { periodsPerYear, returnsSpan: span, riskFree = 0 } = options.strategy;
  const volatility = performance.annualVolatility;
  const models = Object.keys(RETURNS_MODELS) as ReturnsModel[];
  return Object.fromEntries(
    models.map((model) => {
      const expected = expectedReturns(table, { model, periodsPerYear, span, riskFree, market });
      const annual = allocations.reduce((sum, { weight }, at) => sum + weight * expected[at]!, 0);
      const known = Number.isFinite(annual) ? annual : null;
      const sharpe =
        known !== null && typeof volatility === 'number' && volatility > 0 ? (known - riskFree) / volatility : null;
      return [model, { expected_annual_return: known, sharpe }];
    }),
  );
}

/** Quantities and signals, when there is money or something held to apply the weights to. */
function tradesOf(file: SeriesFile, { allocations, caps }: Reached, options: AllocateOptions) {
  const { value, holdings, cash, wholeShares, minimumTrade } = options;
  if (value === null && cash === null && Object.keys(holdings).length === 0) return {};
  const latest = new Map<string, string>();
  file.names.forEach((name, at) => {
    const last = file.columns[at]!.findLast((price) => price > 0);
    if (last !== undefined) latest.set(name, String(last));
  });
  // Money that is given beside nothing held is cash; beside holdings their worth is what counts.
  const money = cash ?? (Object.keys(holdings).length === 0 ? value : null) ?? '0';
  const held = new Map(Object.entries(holdings));
  const targets = new Map(allocations.map(({ symbol, weight }) => [symbol, weight]));
  const trades = signalsFor({
    targets,
    held,
    prices: latest,
    cash: money,
    wholeShares,
    caps,
    minimumTrade: minimumTrade ?? '0',
  });
  return {
    value: trades.value,
    signals: trades.signals,
    quantities: trades.quantities,
    cash_after: trades.cashAfter,
    left_out: trades.leftOut,
  };
}

function estimatesOf({ allocations, estimates }: Reached) {
  if (!estimates) return null;
  const { n, data } = estimates.covariance;
  return {
    symbols: allocations.map(({ symbol }) => symbol),
    expected_returns: [...estimates.expected],
    covariance: Array.from({ length: n }, (_, i) => [...data.subarray(i * n, (i + 1) * n)]),
  };
}
