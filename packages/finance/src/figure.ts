/**
 * Why a figure has no value. Every figure of this package is either a finite number or one of these words: there is no
 * NaN and no infinity in what it answers.
 */
export const REASONS = {
  no_observations: 'there is not a single return',
  too_few_observations: 'at least two returns are needed',
  zero_variance: 'the returns never differ, so nothing can be divided by their deviation',
  no_downside: 'no return lies below the required one, so there is no downside to divide by',
  no_drawdown: 'the value never fell, so there is no drawdown to divide by',
  total_loss: 'the whole value was lost, which no annual rate expresses',
  no_benchmark: 'no benchmark was given',
  no_benchmark_price: 'there is no price of the benchmark',
  no_benchmark_rate: 'there is no rate from the benchmark’s currency into the portfolio’s',
  benchmark_too_short: 'the history of the benchmark begins after the period does',
  flat_benchmark: 'the benchmark never moved',
  no_active_risk: 'the returns equal those of the benchmark, so there is no active risk to divide by',
  no_up_periods: 'the benchmark rose in no period',
  no_down_periods: 'the benchmark fell in no period',
  history_too_short: 'the history begins after the period does',
  out_of_range: 'the result is beyond what a number can hold',
  no_price: 'there is no price',
  bad_price: 'the price is not a positive number',
  unknown_currency: 'the currency is not known',
  no_fx_rate: 'there is no rate into the portfolio’s currency',
  no_cost: 'the cost was never recorded',
  zero_cost: 'it cost nothing, so no gain is a percentage of that',
  no_previous_close: 'there is no previous close',
  no_value: 'the total is not positive, so there are no shares of it',
  nothing_held: 'nothing is held',
  no_assets: 'no asset is left to choose from',
  no_common_history: 'it shares fewer than two returns with the others',
  no_market_cap: 'its market capitalisation is not known',
  no_weight: 'no weight was given for it',
  nothing_beats_risk_free: 'nothing that may be held is expected to return more than the risk-free rate',
  did_not_converge: 'the optimisation found no answer',
  no_risk: 'some of the assets hedge each other completely, so there is no risk to share out',
  caps_forbid: 'the caps leave no room for it',
} as const;
export type Reason = keyof typeof REASONS;

/** A number, or the reason why there is none. */
export type Figure = number | Reason;

/** A figure as the API shows it. */
export type Measured<T = number> = { value: T; reason: null } | { value: null; reason: Reason };

/** Lets only finite numbers through. */
export function finite(value: number, otherwise: Reason = 'out_of_range'): Figure {
  return Number.isFinite(value) ? value : otherwise;
}

export function isNumber(figure: Figure): figure is number {
  return typeof figure === 'number';
}

/** The figure with its value and its reason apart, one of them null. */
export function measured(figure: Figure): Measured {
  return typeof figure === 'number' ? { value: figure, reason: null } : { value: null, reason: figure };
}
