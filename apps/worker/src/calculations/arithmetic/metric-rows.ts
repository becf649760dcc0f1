import { type PeriodMetrics, PERIODS, type Reason, unmeasured } from '@freshet/finance';
import type { MetricsToWrite } from '@freshet/store';

/** One row for each period, all its metrics by name; a metric that is null has its reason beside it. */
export function metricRows(subject: string, periods: readonly PeriodMetrics[], without: Reason): MetricsToWrite[] {
  const measured = periods.length > 0 ? periods : PERIODS.map((name) => nothing(name, without));
  return measured.map(({ name, from, to, complete, values, reasons, observations, gaps, drawdown }) => ({
    subject,
    period: name,
    values: JSON.stringify({ ...values, from, to, complete, observations, gaps, drawdown, reasons }),
  }));
}

function nothing(name: string, reason: Reason) {
  return { name, from: null, to: null, complete: false, ...unmeasured(reason), drawdown: null };
}
