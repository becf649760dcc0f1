import type { PortfolioDetail } from '@freshet/contracts/api';
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { growthSays, growthSpec, valueSpec } from '../chart/portfolio-spec.ts';
import { nameOf } from '../state/names.ts';
import { useRead } from '../state/use-read.ts';
import { Chart } from './chart.tsx';
import { Trouble, unread } from './trouble.tsx';
import './growth-card.css';

/** Growth beside the benchmark with the drawdown below, or the value in money. */
export function GrowthCard({ portfolio }: { portfolio: PortfolioDetail }) {
  const { portfolio_id, name, benchmark, currency } = portfolio;
  const benchmarkName = nameOf(benchmark).value;
  const inMoney = useSignal(false);
  const history = useRead(
    'GET /api/v1/portfolios/{portfolio_id}/history',
    { path: { portfolio_id } },
    { on: ['portfolio_update'] },
  );
  const data = history.data.value?.data ?? null;
  const from = data?.[0]?.session;
  const closes = useRead(from === undefined ? null : 'GET /api/v1/market-data/historical/{symbol}', {
    path: { symbol: benchmark },
    query: { interval: '1d', from: from === undefined ? from : weekBefore(from), adjusted: 'true' },
  });
  const again = () => {
    history.again();
    closes.again();
  };
  const beside = closes.data.value?.data;
  const spec = useMemo(() => {
    if (!data || data.length === 0) return null;
    const bars = (beside ?? []).flatMap((row) =>
      'session' in row ? [{ session: row.session, close: row.close }] : [],
    );
    return inMoney.value ? valueSpec(name, data) : growthSpec(name, data, benchmarkName, bars);
  }, [data, beside, benchmarkName, inMoney.value]);

  return (
    <section class="card" aria-label="Growth">
      <div class="card-head">
        <h2>{inMoney.value ? `Value in ${currency}` : `Growth against ${benchmarkName}`}</h2>
        <div class="tabs small" role="group" aria-label="Show">
          {[false, true].map((money) => (
            <button
              key={String(money)}
              type="button"
              aria-pressed={inMoney.value === money}
              onClick={() => {
                inMoney.value = money;
              }}
            >
              {money ? 'Value' : 'Growth and drawdown'}
            </button>
          ))}
        </div>
      </div>
      <div class="card-body">
        <Trouble text={history.trouble.value ?? (closes.notFound.value ? null : closes.trouble.value)} again={again} />
        {spec === null ? (
          <p class="empty">
            {data === null
              ? unread(history)
              : 'There is no value series yet: it begins with the first close after something came in, and needs the history of what is held, which a full refresh fetches.'}
          </p>
        ) : (
          <>
            <Chart spec={spec} says={growthSays(name, spec)} tall />
            <p class="legend">
              {(spec.lines ?? []).map((line) => (
                <span key={line.name}>
                  <i class={line.tone === 'accent' ? '' : line.tone === 'fall' ? 'fall' : 'second'} />
                  {line.name}
                </span>
              ))}
            </p>
          </>
        )}
      </div>
    </section>
  );
}

/** The benchmark's last close before the first session may lie behind a weekend and a holiday. */
function weekBefore(session: string): string {
  return new Date(Date.parse(session) - 7 * 86_400_000).toISOString().slice(0, 10);
}
