import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { ask } from '../api/ask.ts';
import { historySays, historySpec } from '../chart/history-spec.ts';
import { serverNow } from '../state/clock.ts';
import { useRead } from '../state/use-read.ts';
import { Chart } from './chart.tsx';
import { RefreshButton } from './refresh-button.tsx';
import { RefreshState } from './refresh-state.tsx';
import { Trouble, unread } from './trouble.tsx';

const DAY_MS = 86_400_000;
const RANGES = [
  { name: '1 day', days: 1, interval: 'raw' },
  { name: '1 week', days: 7, interval: '15m' },
  { name: '1 month', days: 31, interval: '1d' },
  { name: '3 months', days: 92, interval: '1d' },
  { name: '1 year', days: 366, interval: '1d' },
  { name: '2 years', days: 731, interval: '1d' },
] as const;
const FIRST = RANGES[4];

/** The ends of a history, by which two readings are told apart. */
const signOf = (rows: readonly unknown[]) => JSON.stringify([rows.length, rows[0], rows.at(-1)]);

/** The stored history of a symbol as a chart, over a range that the reader chooses. */
export function HistoryCard({ symbol, readings, everyMs }: { symbol: string; readings: number; everyMs?: number }) {
  const range = useSignal<(typeof RANGES)[number]>(FIRST);
  const { interval, days } = range.value;
  // To the day, so that the same range is the same question.
  const from = new Date(serverNow() - days * DAY_MS).toISOString().slice(0, 10);
  const query = { interval, from, ...(interval === '1d' ? { adjusted: 'true' as const } : {}) };
  const history = useRead(
    'GET /api/v1/market-data/historical/{symbol}',
    { path: { symbol }, query },
    // Its last point is a price: what is within the day follows each one.
    { everyMs, on: interval === '1d' ? [] : ['price_update'] },
  );
  useEffect(() => {
    if (readings > 0) history.again();
  }, [readings]);
  const data = history.data.value;
  // Drawn again only when something came: a chart that the reader moved would jump back.
  const spec = useMemo(() => (data ? historySpec(data) : null), [data && signOf(data.data)]);
  const scope = `history ${symbol}`;
  const csv = `/api/v1/market-data/historical/${encodeURIComponent(symbol)}?${new URLSearchParams({ ...query, format: 'csv' })}`;

  return (
    <section class="card" aria-label="History">
      <div class="card-head">
        <h2>History</h2>
        <div class="tabs small" role="group" aria-label="Range">
          {RANGES.map((each) => (
            <button
              key={each.name}
              type="button"
              aria-pressed={each === range.value}
              onClick={() => {
                range.value = each;
              }}
            >
              {each.name}
            </button>
          ))}
        </div>
      </div>
      <div class="card-body">
        <RefreshState scope={scope} />
        <Trouble text={history.trouble.value} again={history.again} />
        {data === null || spec === null ? (
          <p class="empty chart">{unread(history)}</p>
        ) : data.data.length === 0 ? (
          <div class="empty">
            <p>No prices are stored for this range.</p>
            {interval === '1d' && (
              <p>
                <RefreshButton
                  scope={scope}
                  primary={false}
                  after={history.again}
                  start={() => ask('POST /api/v1/manual/refresh/prices', { body: { symbols: [symbol], mode: 'full' } })}
                >
                  Fetch history
                </RefreshButton>
              </p>
            )}
          </div>
        ) : (
          <Chart key={range.value.name} spec={spec} says={historySays(symbol, data)} />
        )}
      </div>
      <div class="card-foot">
        <span>
          {data &&
            `${data.data.length} rows · ${interval === '1d' ? 'daily, adjusted for splits and dividends' : interval === '15m' ? '15 minutes' : 'every price stored'}`}
        </span>
        <span>
          <a href={csv} download>
            CSV
          </a>
        </span>
      </div>
    </section>
  );
}
