import type { StrategyView } from '@freshet/contracts/api';
import { useEffect, useMemo } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import { ask } from '../api/ask.ts';
import type { ChartSpec, Point } from '../chart/spec.ts';
import { formatMoment } from '../format/times.ts';
import { formatPrice, formatQuantity, formatShare } from '../format/numbers.ts';
import { now } from '../state/clock.ts';
import { readAll } from '../state/read-all.ts';
import { symbolHref } from '../state/route.ts';
import { onEvent } from '../state/stream.ts';
import { useRead } from '../state/use-read.ts';
import { Bar } from './bar.tsx';
import { Chart } from './chart.tsx';

/** One strategy with its index, its target weights and its signals. */
export function StrategyCard({ strategy }: { strategy: StrategyView }) {
  const path = { strategy_id: strategy.strategy_id };
  const on = ['refresh_progress'] as const;
  const allocations = useRead(
    'GET /api/v1/strategies/{strategy_id}/allocations',
    { path, query: { limit: 200 } },
    { on },
  );
  const signals = useRead('GET /api/v1/strategies/{strategy_id}/signals', { path, query: { limit: 20 } }, { on });
  const levels = useLevels(strategy);
  const spec = useMemo<ChartSpec | null>(
    () =>
      levels.length === 0
        ? null
        : { unit: 'price', lines: [{ name: strategy.name, tone: 'accent', filled: true, points: levels }] },
    [levels],
  );
  const last = levels.at(-1);
  const targets = (allocations.data.value?.data ?? []).toSorted((a, b) => b.weight - a.weight);
  return (
    <section class="card" aria-label={strategy.name}>
      <div class="card-head">
        <h2>
          {strategy.name} <span class="muted">{strategy.method.replaceAll('_', ' ')}</span>
        </h2>
        {last && (
          <span>
            Index level <b>{formatPrice(last.value)}</b> <span class="muted small">base 100</span>
          </span>
        )}
      </div>
      <div class="card-body">
        {spec ? (
          <Chart spec={spec} says={`${strategy.name}: index level ${formatPrice(last?.value)}, base 100`} />
        ) : (
          <p class="empty">Its index begins with the first run over stored prices.</p>
        )}
        <div class="columns">
          <div>
            <h2>Target weights</h2>
            {targets.length === 0 && <p class="muted">None yet.</p>}
            <ul class="targets">
              {targets.map(({ symbol, weight, reason }) => (
                <li key={symbol}>
                  <a class="symbol" href={symbolHref(symbol)}>
                    {symbol}
                  </a>
                  {reason ? (
                    <span class="muted small">left out: {reason.replaceAll('_', ' ')}</span>
                  ) : (
                    <Bar share={weight} label={`Target weight of ${symbol}`} />
                  )}
                  <span class="number">{formatShare(weight)}</span>
                </li>
              ))}
            </ul>
          </div>
          <div>
            <h2>Signals</h2>
            {signals.data.value?.data.length === 0 && <p class="muted">None yet.</p>}
            <ul class="signals">
              {signals.data.value?.data.map((signal) => (
                <li key={signal.signal_id} class="list-line">
                  <span>
                    <b class={signal.side === 'buy' ? 'up' : 'down'}>{signal.side}</b> {formatQuantity(signal.quantity)}{' '}
                    <a href={symbolHref(signal.symbol)}>{signal.symbol}</a>
                  </span>
                  <span class="muted small">
                    {signal.applied ? 'applied' : 'proposed'}, {formatMoment(signal.at, now.value)}
                  </span>
                </li>
              ))}
            </ul>
          </div>
        </div>
      </div>
    </section>
  );
}

/** The levels of a strategy's index by session; read again when a refresh ends. */
function useLevels(strategy: StrategyView): Point[] {
  const levels = useSignal<Point[]>([]);
  useEffect(() => {
    if (!strategy.applies_to_index) return;
    let gone = false;
    const read = async () => {
      try {
        const all = await readAll((cursor) =>
          ask('GET /api/v1/indexes/{index_id}/values', {
            path: { index_id: strategy.strategy_id },
            query: { limit: 200, cursor },
          }),
        );
        if (!gone) levels.value = all.map(({ session, level }) => ({ time: session, value: Number(level) }));
      } catch {
        // The chart stays as it is; the lists beside it say what is wrong.
      }
    };
    void read();
    const stop = onEvent('refresh_progress', ({ progress }) => {
      if (progress === 1) void read();
    });
    return () => {
      gone = true;
      stop();
    };
  }, [strategy.strategy_id]);
  return levels.value;
}
