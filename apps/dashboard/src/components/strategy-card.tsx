import type { StrategyView } from '@freshet/contracts/api';
import { useMemo } from 'preact/hooks';
import type { ChartSpec, Point } from '../chart/spec.ts';
import { formatMoment } from '../format/times.ts';
import { formatPrice, formatQuantity, formatShare } from '../format/numbers.ts';
import { now } from '../state/clock.ts';
import { symbolHref } from '../state/route.ts';
import { useRead } from '../state/use-read.ts';
import { Bar } from './bar.tsx';
import { Chart } from './chart.tsx';
import { Trouble, unread } from './trouble.tsx';
import './strategy-card.css';

/** What a strategy would hold changes when a refresh ends. */
const ENDS = { on: ['refresh_progress'] as const, heeds: ({ progress }: Record<string, unknown>) => progress === 1 };

/** One strategy with its index, its target weights and its signals. */
export function StrategyCard({ strategy }: { strategy: StrategyView }) {
  const path = { strategy_id: strategy.strategy_id };
  const allocations = useRead('GET /api/v1/strategies/{strategy_id}/allocations', { path }, { ...ENDS, whole: true });
  const signals = useRead('GET /api/v1/strategies/{strategy_id}/signals', { path, query: { limit: 20 } }, ENDS);
  const index = useRead(
    strategy.applies_to_index ? 'GET /api/v1/indexes/{index_id}/values' : null,
    { path: { index_id: strategy.strategy_id } },
    { ...ENDS, whole: true },
  );
  const told = index.data.value?.data;
  const levels = useMemo<Point[]>(
    () => (told ?? []).map(({ session, level }) => ({ time: session, value: Number(level) })),
    [told],
  );
  const spec = useMemo<ChartSpec | null>(
    () =>
      levels.length === 0
        ? null
        : { unit: 'price', lines: [{ name: strategy.name, tone: 'accent', filled: true, points: levels }] },
    [levels],
  );
  const again = () => {
    allocations.again();
    signals.again();
    index.again();
  };
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
        <Trouble text={allocations.trouble.value ?? signals.trouble.value ?? index.trouble.value} again={again} />
        {spec ? (
          <Chart spec={spec} says={`${strategy.name}: index level ${formatPrice(last?.value)}, base 100`} />
        ) : (
          <p class="empty">
            {told === undefined && strategy.applies_to_index
              ? unread(index)
              : 'Its index begins with the first run over stored prices.'}
          </p>
        )}
        <div class="columns">
          <div>
            <h2>Target weights</h2>
            {allocations.data.value === null && <p class="muted">{unread(allocations)}</p>}
            {allocations.data.value?.data.length === 0 && <p class="muted">None yet.</p>}
            <ul class="targets">
              {targets.map(({ symbol, weight, reason }) => (
                <li key={symbol}>
                  <a class="symbol" href={symbolHref(symbol)}>
                    {symbol}
                  </a>
                  {reason ? (
                    <span class="muted small">left out: {reason.replaceAll('_', ' ')}</span>
                  ) : (
                    <Bar share={weight} label={`Target weight of ${symbol}`} role="meter" />
                  )}
                  <span class="number">{formatShare(weight)}</span>
                </li>
              ))}
            </ul>
          </div>
          <div>
            <h2>Signals</h2>
            {signals.data.value === null && <p class="muted">{unread(signals)}</p>}
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
