import { formatMetric, UNKNOWN } from './numbers.ts';

/** The metrics that a person looks for first, in their order. The API has more. */
export const SHOWN_METRICS: readonly { name: string; title: string; unit: 'percent' | 'ratio' }[] = [
  { name: 'cumulative_return', title: 'Return', unit: 'percent' },
  { name: 'annualised_return', title: 'Return per year', unit: 'percent' },
  { name: 'volatility', title: 'Volatility', unit: 'percent' },
  { name: 'max_drawdown', title: 'Deepest fall', unit: 'percent' },
  { name: 'sharpe', title: 'Sharpe', unit: 'ratio' },
  { name: 'sortino', title: 'Sortino', unit: 'ratio' },
  { name: 'calmar', title: 'Calmar', unit: 'ratio' },
  { name: 'beta', title: 'Beta', unit: 'ratio' },
  { name: 'alpha', title: 'Alpha per year', unit: 'percent' },
  { name: 'correlation', title: 'Correlation', unit: 'ratio' },
  { name: 'tracking_error', title: 'Tracking error', unit: 'percent' },
  { name: 'information_ratio', title: 'Information ratio', unit: 'ratio' },
  { name: 'var', title: 'Value at risk, a day', unit: 'percent' },
  { name: 'cvar', title: 'Expected loss beyond it', unit: 'percent' },
  { name: 'up_capture', title: 'Up capture', unit: 'ratio' },
  { name: 'down_capture', title: 'Down capture', unit: 'ratio' },
];

/** A metric as text, and why there is none. Metrics come as numbers, as `{value, reason}`, or as the reason alone. */
export function metricText(value: unknown, unit: 'percent' | 'ratio'): { text: string; why: string | null } {
  if (typeof value === 'number') return { text: formatMetric(value, unit), why: null };
  if (typeof value === 'string') return { text: UNKNOWN, why: value.replaceAll('_', ' ') };
  if (typeof value === 'object' && value !== null) {
    const { value: figure, reason } = value as { value?: unknown; reason?: unknown };
    if (typeof figure === 'number') return { text: formatMetric(figure, unit), why: null };
    return { text: UNKNOWN, why: typeof reason === 'string' ? reason.replaceAll('_', ' ') : null };
  }
  return { text: UNKNOWN, why: null };
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
