import { formatMetric, UNKNOWN } from './numbers.ts';

/** The metrics that a person looks for first, in their order. The API has more. */
export const SHOWN_METRICS: readonly { name: string; title: string; unit: 'percent' | 'ratio' }[] = [
  { name: 'cumulative_return', title: 'Return', unit: 'percent' },
  { name: 'annualised_return', title: 'Annualised return', unit: 'percent' },
  { name: 'volatility', title: 'Volatility', unit: 'percent' },
  { name: 'max_drawdown', title: 'Max drawdown', unit: 'percent' },
  { name: 'sharpe', title: 'Sharpe', unit: 'ratio' },
  { name: 'sortino', title: 'Sortino', unit: 'ratio' },
  { name: 'calmar', title: 'Calmar', unit: 'ratio' },
  { name: 'beta', title: 'Beta', unit: 'ratio' },
  { name: 'alpha', title: 'Alpha, annualised', unit: 'percent' },
  { name: 'correlation', title: 'Correlation', unit: 'ratio' },
  { name: 'tracking_error', title: 'Tracking error', unit: 'percent' },
  { name: 'information_ratio', title: 'Information ratio', unit: 'ratio' },
  { name: 'var', title: 'Value at risk (VaR), 1 day', unit: 'percent' },
  { name: 'cvar', title: 'Expected shortfall (CVaR), 1 day', unit: 'percent' },
  { name: 'up_capture', title: 'Up capture', unit: 'ratio' },
  { name: 'down_capture', title: 'Down capture', unit: 'ratio' },
];

/** A metric of a period as text; where there is none, why. */
export function metricText(
  values: Record<string, unknown>,
  name: string,
  unit: 'percent' | 'ratio',
): { text: string; why: string | null } {
  const value = values[name];
  if (typeof value === 'number') return { text: formatMetric(value, unit), why: null };
  const reason = (values.reasons as Record<string, unknown> | undefined)?.[name];
  return { text: UNKNOWN, why: typeof reason === 'string' ? reason.replaceAll('_', ' ') : null };
}

const ORDER = ['1m', '3m', 'ytd', '1y', 'all'];

/** Periods from short to long, then calendar years from the latest on. */
export function inOrder<T extends { period: string }>(metrics: readonly T[]): T[] {
  const rank = (period: string) => {
    const place = ORDER.indexOf(period);
    return place >= 0 ? place : ORDER.length + (10_000 - Number(period));
  };
  return metrics.toSorted((a, b) => rank(a.period) - rank(b.period));
}
