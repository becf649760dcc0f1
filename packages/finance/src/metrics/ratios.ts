import { type Figure, finite } from '../figure.ts';
import { maxDrawdown } from './drawdown.ts';
import { annualisedReturn } from './growth.ts';
import { downsideDeviation } from './risk.ts';
import type { Sample } from './sample.ts';

/** Mean excess return / its standard deviation (ddof 1) × √periodsPerYear (Sharpe 1994, "The Sharpe Ratio"). */
export function sharpe({ moments, riskFree, periodsPerYear }: Sample): Figure {
  if (moments.count === 0) return 'no_observations';
  if (moments.count < 2) return 'too_few_observations';
  if (moments.deviation === 0) return 'zero_variance';
  return finite(((moments.mean - riskFree) / moments.deviation) * Math.sqrt(periodsPerYear));
}

/** Mean excess return × periodsPerYear / downside deviation (Sortino and van der Meer 1991). */
export function sortino(sample: Sample): Figure {
  const { moments, riskFree, periodsPerYear } = sample;
  if (moments.count === 0) return 'no_observations';
  if (moments.count < 2) return 'too_few_observations';
  const downside = downsideDeviation(sample);
  if (typeof downside !== 'number') return downside;
  if (downside === 0) return 'no_downside';
  return finite(((moments.mean - riskFree) * periodsPerYear) / downside);
}

/** Annualised return / |maximum drawdown| (Young 1991, "Calmar Ratio: A Smoother Tool"), over the whole sample. */
export function calmar(sample: Sample): Figure {
  const yearly = annualisedReturn(sample);
  if (typeof yearly !== 'number') return yearly;
  const worst = maxDrawdown(sample);
  if (typeof worst !== 'number') return worst;
  return worst === 0 ? 'no_drawdown' : finite(yearly / -worst);
}
