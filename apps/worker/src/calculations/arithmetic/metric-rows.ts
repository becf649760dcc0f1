import { type PeriodMetrics, PERIODS, type Reason, unmeasured } from '@freshet/finance';
import type { MetricsToWrite } from '@freshet/store';

/** One row for each period, all its metrics by name; a metric that is null has its reason beside it. */
export function metricRows(subject: string, periods: readonly PeriodMetrics[], without: Reason): MetricsToWrite[] {
  const measured: readonly Measured[] = periods.length > 0 ? periods : PERIODS.map((name) => nothing(name, without));
  const rows: MetricsToWrite[] = [];
  for (const each of measured) rows.push({ subject, period: each.name, values: valuesText(each) });
  return rows;
}

type Measured = Omit<PeriodMetrics, 'from' | 'to'> & { from: string | null; to: string | null };

const valuesText = ({ from, to, complete, values, reasons, observations, gaps, drawdown }: Measured): string =>
  JSON.stringify({ ...values, from, to, complete, observations, gaps, drawdown, reasons });

function nothing(name: string, reason: Reason) {
  return { name, from: null, to: null, complete: false, ...unmeasured(reason), drawdown: null };
}
