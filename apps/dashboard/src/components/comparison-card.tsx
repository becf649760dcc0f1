import { useMemo } from 'preact/hooks';
import type { ChartSpec } from '../chart/spec.ts';
import { readComparison } from '../format/comparison.ts';
import { formatMetric, formatShare } from '../format/numbers.ts';
import { nameOf } from '../state/names.ts';
import { Chart } from './chart.tsx';
import { Facts } from './facts.tsx';
import './comparison-card.css';

/** How something stands beside its benchmark, and how closely it went along with it over time. */
export function ComparisonCard({ benchmark, values }: { benchmark: string; values: unknown }) {
  const benchmarkName = nameOf(benchmark).value;
  const comparison = useMemo(() => readComparison(values), [values]);
  const { rolling, window, reason, from } = comparison;
  const spec = useMemo<ChartSpec>(
    () => ({ unit: 'price', lines: [{ name: 'Correlation', tone: 'accent', points: rolling }] }),
    [rolling],
  );
  return (
    <section class="card" aria-label="Comparison">
      <div class="card-head">
        <h2>Beside {benchmarkName}</h2>
        <span class="muted small">{from && `since ${from}`}</span>
      </div>
      <div class="card-body">
        {reason ? (
          <p class="empty">{reason}</p>
        ) : (
          <Facts
            facts={[
              ['Own return', formatShare(comparison.ownReturn, 2)],
              [benchmarkName, formatShare(comparison.benchmarkReturn, 2)],
              ['Relative', formatShare(comparison.relativeReturn, 2)],
              ['Beta', formatMetric(comparison.beta, 'ratio')],
              ['Alpha per year', formatShare(comparison.alpha, 2)],
              ['Correlation', formatMetric(comparison.correlation, 'ratio')],
            ]}
          />
        )}
        {rolling.length > 1 && (
          <>
            <p class="muted small chart-note">Correlation over {window ?? 'a window of'} sessions</p>
            <div class="low-chart">
              <Chart
                spec={spec}
                says={`Rolling correlation with ${benchmark}, last ${formatMetric(rolling.at(-1)?.value, 'ratio')}`}
              />
            </div>
          </>
        )}
      </div>
    </section>
  );
}
