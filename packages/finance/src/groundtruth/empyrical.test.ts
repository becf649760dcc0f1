import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeGiven } from '@freshet/testing';
import type { Figure } from '../figure.ts';
import { aggregateReturns, simpleReturns } from '../metrics/returns.ts';
import { METRICS, type MetricName } from '../metrics/catalogue.ts';
import { cumulativeReturns, growth } from '../metrics/growth.ts';
import { rolling } from '../metrics/rolling.ts';
import { type SampleOptions, sampleOf } from '../metrics/sample.ts';

type Json = number | 'NaN' | 'Infinity';
interface Series {
  dates: string[];
  values: Float64Array;
}
interface Case {
  test: string;
  functions: string[];
  decimals: number | 'per case';
  inputs: Record<string, unknown>;
  expected: Json | Json[] | Json[][];
}
interface File {
  inputs: Record<string, { dates: string[]; values: Json[] }>;
  cases: Case[];
}

/** A number, a list, or a reason in the place of what the library calls NaN or infinity. */
type Answer = Figure | null | (Figure | null)[] | (Figure | null)[][];
type Runner = (read: Reader) => Answer;

const PERIODS_PER_YEAR: Record<string, number> = { daily: 252, weekly: 52, monthly: 12, yearly: 1 };

/** How each function of the library is reached here. */
const COVERED: Record<string, Runner> = {
  simple_returns: (read) => [...simpleReturns(read.series('prices').values)],
  cum_returns: (read) => [...cumulativeReturns(read.series('returns').values, read.number('starting_value'))],
  cum_returns_final: (read) => growth(read.series('returns').values) * read.number('starting_value'),
  aggregate_returns(read) {
    const { dates, values } = read.series('returns');
    const by = ({ weekly: 'week', yearly: 'year', monthly: 'month' } as const)[read.text('convert_to')]!;
    return aggregateReturns({ base: null, sessions: dates, returns: values }, by).map(({ value }) => value);
  },
  max_drawdown: of('max_drawdown'),
  annual_return: of('annualised_return'),
  cagr: of('annualised_return'),
  annual_volatility: of('volatility'),
  calmar_ratio: of('calmar'),
  sharpe_ratio: of('sharpe'),
  downside_risk: of('downside_deviation'),
  sortino_ratio: of('sortino'),
  value_at_risk: of('var'),
  conditional_value_at_risk: of('cvar'),
  excess_sharpe: of('information_ratio'),
  alpha: of('alpha'),
  beta: of('beta'),
  alpha_beta: (read) => [of('alpha')(read) as Figure, of('beta')(read) as Figure],
  capture: of('capture'),
  up_capture: of('up_capture'),
  down_capture: of('down_capture'),
  roll_max_drawdown: rolled('max_drawdown'),
  roll_sharpe_ratio: rolled('sharpe'),
  roll_up_capture: rolled('up_capture'),
  roll_down_capture: rolled('down_capture'),
  roll_up_down_capture: rolled('up_down_capture'),
  roll_alpha_beta(read) {
    const alphas = rolled('alpha')(read) as (number | null)[];
    const betas = rolled('beta')(read) as (number | null)[];
    return alphas.map((each, i) => [each, betas[i]!]);
  },
};

/** What the specification of the calculations does not name. */
const LEFT_OUT: Record<string, string> = {
  omega_ratio: 'the omega ratio is not a metric of the product',
  stability_of_timeseries: 'stability (R² of a line through log returns) is not a metric of the product',
  tail_ratio: 'the tail ratio is not a metric of the product',
  beta_fragility_heuristic: 'the fragility heuristic is not a metric of the product',
  gpd_risk_estimates: 'extreme value fits are not a metric of the product: its VaR and CVaR are historical',
  up_alpha_beta: 'alpha and beta of rising periods only are not metrics of the product',
  down_alpha_beta: 'alpha and beta of falling periods only are not metrics of the product',
};

function of(metric: MetricName): Runner {
  return (read) => METRICS[metric].of(sampleOf(read.own().values, read.other(), read.options()));
}

function rolled(metric: MetricName): Runner {
  return (read) => rolling(metric, read.number('window'), read.own().values, read.other(), read.options());
}

/** Reads a case's inputs: series by name or in full, the benchmark at the dates of both, the library's options. */
class Reader {
  readonly file: File;
  readonly inputs: Record<string, unknown>;
  constructor(file: File, inputs: Record<string, unknown>) {
    this.file = file;
    this.inputs = inputs;
  }
  series(name: string): Series {
    const input = this.inputs[name] as
      | { series?: string; dates?: string[]; values?: Json[]; returns?: Json[] }
      | Json[];
    const found = Array.isArray(input) ? { values: input } : input.series ? this.file.inputs[input.series]! : input;
    const values = Float64Array.from(('returns' in found ? found.returns : found.values) as Json[], Number);
    return { dates: ('dates' in found && found.dates) || Array.from(values, (_, i) => String(1000 + i)), values };
  }
  number(name: string): number {
    return Number(this.inputs[name] ?? 0);
  }
  text(name: string): string {
    return String(this.inputs[name]);
  }
  isSeries(name: string): boolean {
    return typeof this.inputs[name] === 'object';
  }
  /** The returns; less the required ones where these are a series; at all dates of the benchmark too. */
  own(): Series {
    const own = this.series('returns');
    if (this.isSeries('required_return')) {
      const required = this.series('required_return').values;
      return { dates: own.dates, values: own.values.map((each, i) => each - required[i]!) };
    }
    const name = this.otherName();
    const theirs = name ? this.series(name).dates.filter(isDate) : [];
    const missing = theirs.filter((date) => !own.dates.includes(date));
    return {
      dates: [...own.dates, ...missing],
      values: Float64Array.from([...own.values, ...missing.map(() => Number.NaN)]),
    };
  }
  other(): Float64Array | null {
    if (this.inputs.factor_returns === 0) return new Float64Array(this.own().values.length);
    const name = this.otherName();
    if (!name) return null;
    const { dates, values } = this.series(name);
    // A list without dates is of the same periods as the returns.
    if (!dates.every(isDate)) return values;
    return Float64Array.from(this.own().dates, (date) => values[dates.indexOf(date)] ?? Number.NaN);
  }
  otherName(): string | null {
    return ['factor_returns', 'benchmark'].find((name) => this.isSeries(name)) ?? null;
  }
  options(): SampleOptions {
    return {
      periodsPerYear: PERIODS_PER_YEAR[this.text('period')] ?? 252,
      riskFree: this.number('risk_free') || (this.isSeries('required_return') ? 0 : this.number('required_return')),
      cutoff: this.inputs.cutoff === undefined ? 0.05 : this.number('cutoff'),
    };
  }
}

function isDate(text: string): boolean {
  return text.includes('-');
}

/** Equal within half a unit and a bit of the last decimal; a reason stands where the library has no finite number. */
function expectEqual(actual: Answer, expected: Case['expected'], decimals: number): void {
  if (Array.isArray(expected)) {
    expect(actual).toHaveLength(expected.length);
    expected.forEach((each, i) => expectEqual((actual as Answer[])[i]!, each, decimals));
  } else if (typeof expected === 'string') {
    expect(typeof actual).not.toBe('number');
    expect(Array.isArray(actual)).toBe(false);
  } else {
    expect(typeof actual).toBe('number');
    expect(Math.abs((actual as number) - expected)).toBeLessThan(1.5 * 10 ** -decimals);
  }
}

describeGiven('groundtruth', 'the metrics against the numbers of empyrical', (directory) => {
  const nameOf = ({ functions }: Case): string => functions[0]!;
  const file = JSON.parse(readFileSync(join(directory, 'empyrical', 'empyrical_expected.json'), 'utf8')) as File;

  test('there is a runner, or a reason, for every function', () => {
    const functions = new Set(file.cases.map(nameOf));
    const unknown = [...functions].filter((name) => !(name in COVERED) && !(name in LEFT_OUT));
    expect(unknown).toEqual([]);
    expect(file.cases.filter((each) => nameOf(each) in COVERED).length).toBeGreaterThan(60);
  });

  const covered = file.cases.filter((each) => nameOf(each) in COVERED);
  test.each(covered.map((each, i) => [`${nameOf(each)} (${each.test}, ${i})`, each] as const))('%s', (_, each) => {
    const answer = COVERED[nameOf(each)]!(new Reader(file, each.inputs));
    expectEqual(answer, each.expected, each.decimals === 'per case' ? 8 : each.decimals);
  });
});
