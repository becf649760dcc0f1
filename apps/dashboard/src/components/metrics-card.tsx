import type { PeriodMetricsView } from '@freshet/contracts';
import { inOrder, metricText, SHOWN_METRICS } from '../format/metrics.ts';

/** Metrics by period. What can't be known says why. */
export function MetricsCard({ metrics }: { metrics: readonly PeriodMetricsView[] }) {
  const known = metrics.filter(({ values }) => SHOWN_METRICS.some(({ name }) => typeof values[name] === 'number'));
  const periods = inOrder(known);
  return (
    <section class="card" aria-label="Metrics">
      <div class="card-head">
        <h2>Metrics</h2>
      </div>
      {periods.length === 0 ? (
        <p class="empty">
          There are none yet: they need some closes since something came in, and the history of what is held, which a
          full refresh fetches.
        </p>
      ) : (
        // On a phone its columns are reached by scrolling, which a keyboard can do only in what takes the focus.
        <div class="scroll" role="group" aria-label="Metrics by period" tabIndex={0}>
          <table class="table">
            <thead>
              <tr>
                <th scope="col">Metric</th>
                {periods.map(({ period }) => (
                  <th key={period} scope="col" class="number">
                    {period}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {SHOWN_METRICS.map(({ name, title, unit }) => (
                <tr key={name}>
                  <th scope="row">{title}</th>
                  {periods.map(({ period, values }) => {
                    const { text, why } = metricText(values, name, unit);
                    return (
                      <td key={period} class="number" title={why ?? undefined}>
                        {text}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
