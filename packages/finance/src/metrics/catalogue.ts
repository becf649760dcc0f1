import type { Figure } from '../figure.ts';
import { capture, downCapture, upCapture, upDownCapture } from './capture.ts';
import { maxDrawdown } from './drawdown.ts';
import { annualisedReturn, cumulativeReturn } from './growth.ts';
import { calmar, sharpe, sortino } from './ratios.ts';
import {
  alpha,
  beta,
  correlation,
  informationRatio,
  informationRatioAnnualised,
  relativeReturn,
  trackingError,
} from './relative.ts';
import { downsideDeviation, volatility } from './risk.ts';
import type { Sample } from './sample.ts';
import { conditionalValueAtRisk, valueAtRisk } from './tail.ts';

/** One metric: what it is of, how it reads, how it is computed. */
export interface Metric {
  /** True when it compares with a benchmark; without one its reason is the sample's `noBenchmark`. */
  relative: boolean;
  /** `fraction`: 0.05 is 5 %; `per_year`: a fraction per year; `ratio`: a plain number. */
  unit: 'fraction' | 'per_year' | 'ratio';
  /** For people, in one line. */
  says: string;
  of(sample: Sample): Figure;
}

/** Every metric by the name that the API, the tables and the command line use. A new metric is a function and a line. */
export const METRICS = {
  cumulative_return: { relative: false, unit: 'fraction', says: 'return over the whole period', of: cumulativeReturn },
  annualised_return: { relative: false, unit: 'per_year', says: 'compound return per year', of: annualisedReturn },
  volatility: { relative: false, unit: 'per_year', says: 'standard deviation per year', of: volatility },
  downside_deviation: { relative: false, unit: 'per_year', says: 'deviation below the target', of: downsideDeviation },
  sharpe: { relative: false, unit: 'ratio', says: 'excess return per unit of deviation, per year', of: sharpe },
  sortino: { relative: false, unit: 'ratio', says: 'excess return per unit of downside, per year', of: sortino },
  calmar: { relative: false, unit: 'ratio', says: 'annualised return per unit of maximum drawdown', of: calmar },
  max_drawdown: { relative: false, unit: 'fraction', says: 'deepest fall from a high, at most 0', of: maxDrawdown },
  var: { relative: false, unit: 'fraction', says: 'historical value at risk of one period, a return', of: valueAtRisk },
  cvar: { relative: false, unit: 'fraction', says: 'mean return beyond the value at risk', of: conditionalValueAtRisk },
  beta: { relative: true, unit: 'ratio', says: 'sensitivity to the benchmark', of: beta },
  alpha: { relative: true, unit: 'per_year', says: 'return per year that the benchmark does not explain', of: alpha },
  correlation: { relative: true, unit: 'ratio', says: 'correlation with the benchmark', of: correlation },
  tracking_error: { relative: true, unit: 'per_year', says: 'deviation from the benchmark', of: trackingError },
  information_ratio: {
    relative: true,
    unit: 'ratio',
    says: 'active return per active risk, one period',
    of: informationRatio,
  },
  information_ratio_annualised: {
    relative: true,
    unit: 'ratio',
    says: 'active return per active risk, per year',
    of: informationRatioAnnualised,
  },
  up_capture: { relative: true, unit: 'ratio', says: 'share of the benchmark’s rises', of: upCapture },
  down_capture: { relative: true, unit: 'ratio', says: 'share of the benchmark’s falls', of: downCapture },
  up_down_capture: { relative: true, unit: 'ratio', says: 'up capture per down capture', of: upDownCapture },
  capture: { relative: true, unit: 'ratio', says: 'annualised return per unit of the benchmark’s', of: capture },
  relative_return: {
    relative: true,
    unit: 'fraction',
    says: 'growth beyond that of the benchmark',
    of: relativeReturn,
  },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof METRICS;
export const METRIC_NAMES = Object.keys(METRICS) as MetricName[];

/** A metric of a sample. Periods without any return prove nothing: neither that the value was kept, nor that it beat the benchmark. */
export function figureOf(name: MetricName, sample: Sample): Figure {
  return sample.moments.count === 0 ? 'no_observations' : METRICS[name].of(sample);
}
