import {
  type NamedCaps,
  alignReturns,
  DEFAULT_BENCHMARK,
  type IndexWeights,
  indexSeries,
  metricsByPeriod,
  type PriceTable,
  REASONS,
  rebalanceDue,
  returnsOfPrices,
  runStrategy,
  type Signal,
  signalsFor,
  type StrategyName,
  isStrategyName,
} from '@freshet/finance';
import { Amount, decimalText, type DecimalText, type MarketSymbol, type SessionDate } from '@freshet/market';
import type { BarSeries, MetricsToWrite, StrategyToRun, SymbolToCalculate } from '@freshet/store';
import { comparisonRow } from './comparison.ts';
import { MarketData, type OnAxis } from './market-data.ts';
import { metricRows } from './metric-rows.ts';
import { type ReadOptions, readStrategyOptions } from './strategy-options.ts';

export interface StrategyWork {
  strategy: StrategyToRun;
  symbols: SymbolToCalculate[];
  series: BarSeries[];
}

/** Weights at a session's close; `applied`: the index took them on. */
export interface RunAllocations {
  session: SessionDate;
  applied: boolean;
  weights: { symbol: MarketSymbol; weight: number; quantity: DecimalText | null }[];
}

export interface StrategyDone {
  /** Oldest first; the last one is of now. */
  runs: RunAllocations[];
  signals: Signal[];
  applied: boolean;
  levels: { session: SessionDate; level: number; units: Record<MarketSymbol, number> | null }[];
  metrics: MetricsToWrite[];
  /** Why the strategy gave nothing, in words. */
  reason: string | null;
}

/** What strategies are counted in. */
const CURRENCY = 'USD';
/** An index that begins with history begins a quarter into it: the first run needs something to estimate from. */
const LEAD = 63;
/** Beyond this, replaying every past month would take the optimisers too long: the index begins today. */
const MOST_TO_REPLAY = 60;

/**
 * Runs a strategy on the stored prices: target allocations, signals, and, where its rule says so, a rebalancing of its index.
 * Rebalancings that were applied are facts and stay; the levels follow from them and from the closes alone.
 */
export function calculateStrategy({ strategy, symbols, series }: StrategyWork): StrategyDone {
  const data = new MarketData(symbols, series);
  const on = data.on(DEFAULT_BENCHMARK, strategy.symbols);
  const session = on?.axis.sessions.at(-1);
  if (!isStrategyName(strategy.method)) return nothing(`there is no strategy ${strategy.method}`);
  if (!on || !session) return nothing('none of its symbols has daily bars');
  const options = readStrategyOptions(strategy.options);
  const run = (until: number) => runUntil(strategy.method as StrategyName, strategy, options, data, on, until);
  const closes = tableOf(strategy.symbols, on, data, (symbol) => on.closes(symbol));

  const facts: IndexWeights[] = strategy.rebalancings.map(({ session: at, weights }) => ({
    session: at,
    weights: new Map(Object.entries(weights)),
  }));
  const replayed = facts.length === 0 && strategy.appliesToIndex ? replay(strategy, options, closes, on, run) : [];
  const before = [...facts, ...replayed];
  const index = indexSeries(closes, before);

  const outcome = run(on.axis.sessions.length);
  if (outcome.allocations === null)
    return { ...nothing(REASONS[outcome.reason]), ...levelsOf(strategy, index, before, on) };
  const targets = new Map(outcome.allocations.map(({ symbol, weight }) => [symbol, weight]));
  const last = before.at(-1);
  const due = rebalanceDue(options.rule, {
    session,
    last: last?.session ?? null,
    weights: weightsOf(index, closes),
    targets: options.rule.by === 'calendar' || !last ? targets : new Map(last.weights),
  }).due;
  const applied = strategy.appliesToIndex && due && last?.session !== session;
  const prices = pricesNow(strategy.symbols, data, on);
  const given =
    due || !strategy.appliesToIndex ? signalsOf(strategy, options, index, targets, prices, outcome.caps) : [];
  const after = applied ? [...before, { session, weights: targets }] : before;
  return {
    runs: [
      ...replayed.map((each) => runRow(each.session, true, each.weights, null, null)),
      runRow(session, applied, targets, prices, worthOf(strategy, index)),
    ],
    signals: given,
    applied,
    ...levelsOf(strategy, applied ? indexSeries(closes, after) : index, after, on),
    reason: null,
  };
}

type Index = ReturnType<typeof indexSeries>;
type Run = (until: number) => ReturnType<typeof runStrategy>;

function nothing(reason: string): StrategyDone {
  return { runs: [], signals: [], applied: false, levels: [], metrics: [], reason };
}

function runUntil(
  name: StrategyName,
  { symbols }: StrategyToRun,
  options: ReadOptions,
  data: MarketData,
  on: OnAxis,
  until: number,
): ReturnType<typeof runStrategy> {
  const table = tableOf(symbols, on, data, (symbol) => on.totalCloses(symbol));
  const prices = table.prices.map((each) => each.subarray(0, until));
  const assets = new Map(
    symbols.map((symbol) => {
      const { sector = null, marketCap = null } = data.symbols.get(symbol) ?? {};
      return [symbol, { sector, marketCap }];
    }),
  );
  return runStrategy({
    strategy: name,
    options: { periodsPerYear: on.axis.periodsPerYear, ...options.strategy },
    constraints: options.constraints,
    prices: { ...table, sessions: table.sessions.slice(0, until), prices },
    assets,
    market: on.returns(DEFAULT_BENCHMARK),
  });
}

/** Closes in the strategy's currency; NaN where there is no close or no rate. */
function tableOf(
  symbols: readonly MarketSymbol[],
  on: OnAxis,
  data: MarketData,
  closesOf: (symbol: MarketSymbol) => Float64Array | null,
): PriceTable {
  const count = on.axis.sessions.length;
  const prices = symbols.map((symbol) => {
    const closes = closesOf(symbol);
    const currency = data.symbols.get(symbol)?.currency ?? CURRENCY;
    if (!closes || currency === CURRENCY) return closes ?? new Float64Array(count).fill(Number.NaN);
    const rates = on.rates(currency, CURRENCY);
    return closes.map((close, t) => close * (rates?.[t] ?? Number.NaN));
  });
  return { sessions: on.axis.sessions, symbols, prices };
}

/** What the rule would have done on every past session, each run with no more than what was known then. */
function replay(
  strategy: StrategyToRun,
  options: ReadOptions,
  closes: PriceTable,
  on: OnAxis,
  run: Run,
): IndexWeights[] {
  const { sessions } = on.axis;
  if (strategy.symbols.length > MOST_TO_REPLAY || sessions.length <= LEAD) return [];
  const done: IndexWeights[] = [];
  for (let t = LEAD; t < sessions.length - 1; t++) {
    const session = sessions[t] as SessionDate;
    const last = done.at(-1);
    const until = {
      ...closes,
      sessions: sessions.slice(0, t + 1),
      prices: closes.prices.map((each) => each.subarray(0, t + 1)),
    };
    const drifts = options.rule.by !== 'calendar' && options.rule.by !== 'never' && last !== undefined;
    const weights = drifts ? weightsOf(indexSeries(until, done), until) : new Map<MarketSymbol, number>();
    const state = {
      session,
      last: last?.session ?? null,
      weights,
      targets: last?.weights ?? new Map<MarketSymbol, number>(),
    };
    if (!rebalanceDue(options.rule, state).due) continue;
    const outcome = run(t + 1);
    if (outcome.allocations)
      done.push({ session, weights: new Map(outcome.allocations.map(({ symbol, weight }) => [symbol, weight])) });
  }
  return done;
}

/** Shares of the index that its constituents have now. */
function weightsOf({ state }: Index, closes: PriceTable): Map<MarketSymbol, number> {
  if (!state || !(state.level > 0)) return new Map();
  return new Map(
    [...state.units].map(([symbol, units]) => [symbol, (units * (state.prices.get(symbol) ?? 0)) / state.level]),
  ) as Map<MarketSymbol, number> & { of?: typeof closes };
}

/** What the strategy's capital has become with its index. */
function worthOf({ capital }: StrategyToRun, { state }: Index): Amount {
  return new Amount(capital).times(state ? state.level / 100 : 1);
}

/** Last good prices in the strategy's currency; the last close where there never was a quote. */
function pricesNow(symbols: readonly MarketSymbol[], data: MarketData, on: OnAxis): Map<MarketSymbol, DecimalText> {
  const prices = new Map<MarketSymbol, DecimalText>();
  for (const symbol of symbols) {
    const known = data.symbols.get(symbol);
    const close = on.closes(symbol)?.at(-1);
    const price = known?.price ?? (close && close > 0 ? decimalText(close) : null);
    const rate = price && data.fx(known?.priceCurrency ?? known?.currency ?? CURRENCY, CURRENCY);
    if (price && rate) prices.set(symbol, decimalText(rate.rate.times(price).toSignificantDigits(16)));
  }
  return prices;
}

function signalsOf(
  strategy: StrategyToRun,
  options: ReadOptions,
  index: Index,
  targets: ReadonlyMap<MarketSymbol, number>,
  prices: ReadonlyMap<MarketSymbol, DecimalText>,
  caps: NamedCaps,
): Signal[] {
  const scale = Number(strategy.capital) / 100;
  const held = new Map(
    [...(index.state?.units ?? [])].map(([symbol, units]) => [
      symbol,
      decimalText(new Amount(units * scale).toDecimalPlaces(8)),
    ]),
  );
  const cash = index.state ? decimalText(new Amount(index.state.cash * scale).toDecimalPlaces(8)) : strategy.capital;
  const { wholeShares, minimumTrade } = options;
  return signalsFor({ targets, held, prices, cash, caps, wholeShares, ...(minimumTrade && { minimumTrade }) }).signals;
}

function runRow(
  session: SessionDate,
  applied: boolean,
  weights: ReadonlyMap<MarketSymbol, number>,
  prices: ReadonlyMap<MarketSymbol, DecimalText> | null,
  worth: Amount | null,
): RunAllocations {
  const quantityOf = (symbol: MarketSymbol, weight: number) => {
    const price = prices?.get(symbol);
    return price && worth ? decimalText(worth.times(weight).div(price).toDecimalPlaces(8)) : null;
  };
  return {
    session,
    applied,
    weights: [...weights].map(([symbol, weight]) => ({ symbol, weight, quantity: quantityOf(symbol, weight) })),
  };
}

/** The index's levels with their metrics; none for a strategy without an index. */
function levelsOf(
  strategy: StrategyToRun,
  { sessions, levels, state }: Index,
  rebalancings: readonly IndexWeights[],
  on: OnAxis,
): Pick<StrategyDone, 'levels' | 'metrics'> {
  if (!strategy.appliesToIndex) return { levels: [], metrics: [] };
  const own = returnsOfPrices(sessions, levels);
  const other = on.returns(DEFAULT_BENCHMARK);
  const options = { periodsPerYear: on.axis.periodsPerYear };
  const periods = metricsByPeriod(own, other && alignReturns(other, own.sessions), options);
  const rebalanced = new Set(rebalancings.map(({ session }) => session));
  return {
    levels: sessions.map((session, t) => ({
      session,
      level: levels[t] as number,
      units: t === sessions.length - 1 && state ? Object.fromEntries(state.units) : rebalanced.has(session) ? {} : null,
    })),
    metrics: [
      ...metricRows(strategy.id, periods, 'no_observations'),
      comparisonRow(strategy.id, DEFAULT_BENCHMARK, own, other, periods),
    ],
  };
}
