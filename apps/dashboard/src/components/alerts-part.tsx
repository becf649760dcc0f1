import { formatPrice } from '../format/numbers.ts';
import { formatRelative } from '../format/times.ts';
import { now } from '../state/clock.ts';
import { symbolHref } from '../state/route.ts';
import { useRead } from '../state/use-read.ts';
import { Trouble } from './trouble.tsx';

const EVERY_MS = 30_000;

/** What is out of order: alerts about the system, anomalies in prices. */
export function AlertsPart() {
  const alerts = useRead('GET /api/v1/alerts', { query: { limit: 50 } }, { everyMs: EVERY_MS, on: ['alert'] });
  const anomalies = useRead('GET /api/v1/anomalies', { query: { limit: 50 } }, { everyMs: EVERY_MS, on: ['anomaly'] });
  return (
    <>
      <Trouble text={alerts.trouble.value ?? anomalies.trouble.value} />
      <section class="card" aria-label="Alerts">
        <div class="card-head">
          <h2>Alerts</h2>
        </div>
        <ul class="list">
          {alerts.data.value?.data.map((alert) => (
            <li key={alert.alert_id}>
              <div class="list-line">
                <span>
                  <span class={`pill ${alert.resolved_at ? '' : alert.severity}`}>
                    {alert.resolved_at ? 'resolved' : alert.severity}
                  </span>{' '}
                  <b>{alert.name.replaceAll('_', ' ')}</b> {alert.subject}
                </span>
                <span class="muted small">{formatRelative(alert.created_at, now.value)}</span>
              </div>
              <p class="small muted">{alert.detail}</p>
            </li>
          ))}
        </ul>
        {alerts.data.value?.data.length === 0 && <p class="empty">No alert.</p>}
      </section>
      <section class="card" aria-label="Anomalies">
        <div class="card-head">
          <h2>Anomalies</h2>
        </div>
        <ul class="list">
          {anomalies.data.value?.data.map((anomaly) => (
            <li key={anomaly.anomaly_id}>
              <div class="list-line">
                <span>
                  <span class={`pill ${anomaly.resolved_at ? '' : 'warning'}`}>{anomaly.state}</span>{' '}
                  <a class="symbol" href={symbolHref(anomaly.symbol)}>
                    {anomaly.symbol}
                  </a>{' '}
                  {anomaly.check.replaceAll('_', ' ')}
                </span>
                <span class="muted small">
                  {anomaly.source}, {formatRelative(anomaly.at, now.value)}
                </span>
              </div>
              <p class="small muted">
                {anomaly.detail}
                {anomaly.price !== null && ` Told ${formatPrice(anomaly.price)}`}
                {anomaly.expected !== null && `, expected about ${formatPrice(anomaly.expected)}`}
              </p>
            </li>
          ))}
        </ul>
        {anomalies.data.value?.data.length === 0 && <p class="empty">No anomaly.</p>}
      </section>
    </>
  );
}
