import {
  type Excluded,
  type IndexWeights,
  indexSeries,
  isStrategyName,
  type Reason,
  REASONS,
  rebalanceDue,
  type Signal,
  type Signals,
  signalsFor,
} from '@freshet/finance';
import {
  Amount,
  DEFAULT_BENCHMARK,
  decimalText,
  type DecimalText,
  type MarketSymbol,
  type SessionDate,
} from '@freshet/market';
import type { BarSeries, StrategyToRun, SymbolToCalculate } from '@freshet/store';
import { inWords, leftOutOf } from './left-out.ts';
import { MarketData } from './market-data.ts';
import { replayStrategy } from './replay-strategy.ts';
import { runsOf } from './runs-of.ts';
import { type Index, type IndexLevels, indexWeights, levelsOf } from './strategy-index.ts';
import type { ReadOptions } from '../strategy-options.ts';
import { priceTable, pricesNow } from './strategy-prices.ts';
import { symbolsOfStrategy } from './strategy-symbols.ts';

export interface StrategyWork {
  strategy: StrategyToRun;
  /** What the strategy's own `options` mean. They are read outside the thread, which so loads no schemas. */
  options: ReadOptions;
  symbols: SymbolToCalculate[];
  series: BarSeries[];
}

/** Weights at a session's close; `applied`: the index took them on. */
export interface RunAllocations {
  session: SessionDate;
  applied: boolean;
  /** `reason`: why the run left the symbol out, with weight 0. Replayed rebalancings name only the symbols that they chose from. */
  weights: { symbol: MarketSymbol; weight: number; quantity: DecimalText | null; reason: Reason | null }[];
}

export interface StrategyDone extends IndexLevels {
  /** Oldest first; the last one is of now. */
  runs: RunAllocations[];
  signals: Signal[];
  applied: boolean;
  /** Why the strategy gave nothing, in words. */
  reason: string | null;
}

/**
 * Runs a strategy on the stored prices: target allocations, signals, and, where its rule says so, a rebalancing of its index.
 * Rebalancings that were applied are facts and stay; the levels follow from them and from the closes alone.
 */
export function calculateStrategy({ strategy, options, symbols, series }: StrategyWork): StrategyDone {
  const data = new MarketData(symbols, series);
  const priced = symbolsOfStrategy(strategy);
  const on = data.on(DEFAULT_BENCHMARK, priced);
  const session = on?.axis.sessions.at(-1);
  if (!isStrategyName(strategy.method)) return nothing(`there is no strategy ${strategy.method}`);
  if (!on || !session) return nothing('none of its symbols has daily bars');
  const closes = priceTable(priced, on, data, (symbol) => on.closes(symbol));
  const run = runsOf(strategy.method, strategy.symbols, options, closes, { data, on });

  const facts: IndexWeights[] = strategy.rebalancings.map(({ session: at, weights }) => ({
    session: at,
    weights: new Map(Object.entries(weights)),
  }));
  const replayed = facts.length === 0 && strategy.appliesToIndex ? replayStrategy(options.rule, closes, run) : [];
  const before = [...facts, ...replayed];
  const index = indexSeries(closes, before);

  const outcome = run(on.axis.sessions.length);
  const leftOut = leftOutOf(outcome.excluded, data, on);
  if (outcome.allocations === null) {
    const why = [REASONS[outcome.reason], ...(leftOut.length > 0 ? [inWords(leftOut)] : [])].join(': ');
    return { ...nothing(why), ...levelsOf(strategy, index, before, on) };
  }
  const targets = new Map(outcome.allocations.map(({ symbol, weight }) => [symbol, weight]));
  const last = before.at(-1);
  const due = rebalanceDue(options.rule, {
    session,
    last: last?.session ?? null,
    weights: indexWeights(index),
    targets: options.rule.by === 'calendar' || !last ? targets : new Map(last.weights),
  }).due;
  // Never at or before the last rebalancing: a run that read its prices too early must not add to what has happened since.
  const applied = strategy.appliesToIndex && due && (!last || last.session < session);
  const prices = pricesNow(priced, data, on);
  const trades = tradesFor(strategy, options, index, { targets, prices, caps: outcome.caps });
  const after = applied ? [...before, { session, weights: targets }] : before;
  return {
    runs: [
      ...replayed.map((each) => runRow({ ...each, applied: true })),
      runRow({ session, applied, weights: targets, leftOut, quantities: trades.wanted }),
    ],
    signals: due || !strategy.appliesToIndex ? trades.signals : [],
    applied,
    ...levelsOf(strategy, applied ? indexSeries(closes, after) : index, after, on),
    reason: null,
  };
}

function nothing(reason: string): StrategyDone {
  return { runs: [], signals: [], applied: false, levels: [], metrics: [], reason };
}

/** The trades that lead from what the strategy's capital is invested in now (its index, or cash) to the targets. */
function tradesFor(
  strategy: StrategyToRun,
  { wholeShares, minimumTrade }: ReadOptions,
  index: Index,
  towards: Pick<Parameters<typeof signalsFor>[0], 'targets' | 'prices' | 'caps'>,
): Signals {
  const scale = Number(strategy.capital) / 100;
  const held = new Map(
    [...(index.state?.units ?? [])].map(([symbol, units]) => [
      symbol,
      decimalText(new Amount(units * scale).toDecimalPlaces(8)),
    ]),
  );
  const cash = index.state ? decimalText(new Amount(index.state.cash * scale).toDecimalPlaces(8)) : strategy.capital;
  return signalsFor({ ...towards, held, cash, wholeShares, ...(minimumTrade && { minimumTrade }) });
}

interface Run extends IndexWeights {
  applied: boolean;
  leftOut?: readonly Excluded[];
  /** Units that the targets ask for; unknown for a replayed run. */
  quantities?: Signals['wanted'];
}

function runRow({ session, applied, weights, leftOut = [], quantities }: Run): RunAllocations {
  return {
    session,
    applied,
    weights: [
      ...Array.from(weights, ([symbol, weight]) => ({
        symbol,
        weight,
        quantity: quantities?.[symbol] ?? null,
        reason: null,
      })),
      ...leftOut.map((each) => ({ ...each, weight: 0, quantity: null })),
    ],
  };
}
