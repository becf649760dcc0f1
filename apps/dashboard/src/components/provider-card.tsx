import type { ProviderStatus } from '@freshet/contracts';
import { formatCount, formatShare } from '../format/numbers.ts';
import { forecastSays, windowSays, windowTone } from '../format/quota.ts';
import { formatDuration, formatMoment, formatRelative } from '../format/times.ts';
import { now } from '../state/clock.ts';
import { Bar } from './bar.tsx';
import { StatusPill } from './status-pill.tsx';
import './provider-card.css';

/** One provider: health, quota windows as bars with their forecasts, latency, the last error. */
export function ProviderCard({ source }: { source: ProviderStatus }) {
  const { title, health, because, windows, breaker, reliability, latency_ms: latency, last_error: error } = source;
  return (
    <section class="card" aria-label={title}>
      <div class="card-head">
        <h2>{title}</h2>
        <span>
          {breaker !== 'closed' && <span class="pill warning">breaker {breaker.replaceAll('_', ' ')}</span>}{' '}
          <StatusPill status={health} />
        </span>
      </div>
      <div class="card-body provider">
        {because && <p class="small">{because}</p>}
        {source.failing_since && (
          <p class="small">
            Failing since {formatMoment(source.failing_since, now.value)}
            {source.next_probe_at && `, tried again ${triedAgain(source.next_probe_at)}`}
          </p>
        )}
        {source.parked_until && Date.parse(source.parked_until) > now.value && (
          <p class="small">Parked, asked again {formatRelative(source.parked_until, now.value)}</p>
        )}
        {windows.length === 0 && <p class="muted small">No limits declared.</p>}
        {windows.map((window) => (
          <div key={window.name} class="window">
            <div class="list-line small">
              <span>
                Per {windowSays(window)}: {formatCount(window.used)} of {formatCount(window.limit)}{' '}
                {window.counts === 'cost' ? 'units' : 'calls'}
              </span>
              <span class="muted">{forecastSays(window, now.value)}</span>
            </div>
            <Bar
              share={window.limit === 0 ? 1 : window.used / window.limit}
              tone={windowTone(window, now.value)}
              label={`${title}, used per ${windowSays(window)}`}
              role="meter"
            />
          </div>
        ))}
        <p class="muted small">
          {[
            `${formatCount(source.requests_per_minute)} ${source.requests_per_minute === 1 ? 'call' : 'calls'} a minute`,
            reliability === null ? null : `${formatShare(reliability)} good`,
            latency === null ? null : `${formatDuration(latency.p50)}, 95% in ${formatDuration(latency.p95)}`,
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
        {error && (
          <p class="muted small">
            Last error, {formatMoment(error.at, now.value)}: {error.kind.replaceAll('_', ' ')}, {error.detail}
          </p>
        )}
        {source.notice && <p class="muted small">{source.notice}</p>}
      </div>
    </section>
  );
}

const triedAgain = (at: string) =>
  Date.parse(at) > now.value ? formatRelative(at, now.value) : 'by the next call that needs it';
