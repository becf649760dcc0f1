import { readMatrix } from '../format/comparison.ts';
import { formatMetric } from '../format/numbers.ts';
import { formatMoment } from '../format/times.ts';
import { now } from '../state/clock.ts';
import { symbolHref } from '../state/route.ts';
import { useRead } from '../state/use-read.ts';
import { Trouble } from './trouble.tsx';
import './correlation-card.css';

/** Which symbols move together: the correlation of each with each, in figures and shades. */
export function CorrelationCard() {
  const read = useRead('GET /api/v1/benchmark');
  const correlations = read.data.value?.correlations;
  const matrix = readMatrix(correlations?.values);
  if (!matrix) return <Trouble text={read.trouble.value} again={read.again} />;
  const { symbols, rows } = matrix;
  return (
    <section class="card" aria-label="Correlations">
      <div class="card-head">
        <h2>Correlations of daily returns</h2>
        <span class="muted small">{formatMoment(correlations?.as_of, now.value)}</span>
      </div>
      <div class="scroll" role="group" aria-label="Correlations of daily returns" tabIndex={0}>
        <table class="matrix">
          <thead>
            <tr>
              <td />
              {symbols.map((symbol) => (
                <th key={symbol} scope="col">
                  {symbol}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {symbols.map((symbol, row) => (
              <tr key={symbol}>
                <th scope="row">
                  <a href={symbolHref(symbol)}>{symbol}</a>
                </th>
                {rows[row]?.map((value, column) => (
                  <td key={symbols[column]} style={{ background: shadeOf(value) }}>
                    {formatMetric(value, 'ratio')}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function shadeOf(value: number | null): string {
  if (value === null) return 'transparent';
  const colour = value >= 0 ? '--accent' : '--down';
  return `color-mix(in srgb, var(${colour}) ${Math.round(Math.abs(value) * 45)}%, transparent)`;
}
