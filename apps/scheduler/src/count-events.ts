import { FINAL_STATUSES } from '@freshet/contracts';
import { CHECK_NAMES } from '@freshet/market';
import type { LogRow } from '@freshet/events';
import type { Metrics } from '@freshet/runtime';

/** Counts events as they are relayed. Each event passes the relay once, whichever process wrote it. */
export function countEvents(metrics: Metrics): (rows: readonly LogRow[]) => void {
  const lag = metrics.histogram({
    name: 'freshet_event_lag_seconds',
    help: 'From the writing of an event, its transaction included, to its publication.',
  });
  const ended = metrics.counter({
    name: 'freshet_refreshes_ended_total',
    help: 'Refreshes that have ended.',
    labels: ['kind', 'source', 'status'],
  });
  const durations = metrics.histogram({
    name: 'freshet_refresh_duration_seconds',
    help: 'From the start of work on a refresh to its end.',
    labels: ['kind'],
  });
  const waits = metrics.histogram({
    name: 'freshet_refresh_wait_seconds',
    help: 'From the acceptance of a refresh to the start of work on it.',
    labels: ['priority'],
  });
  const prices = metrics.counter({
    name: 'freshet_quotes_stored_total',
    help: 'Prices that were stored and announced.',
  });
  const anomalies = metrics.counter({
    name: 'freshet_anomalies_total',
    help: 'Prices that a check objected to, by what became of them.',
    labels: ['check', 'state'],
  });
  // All series exist from the start: Prometheus sees no increase in a series that first appears with a count of 1.
  for (const check of [...CHECK_NAMES, ...CHECK_NAMES.map((name) => `bars.${name}`), 'unknown_symbol'])
    for (const state of ['held', 'suspect', 'rejected', 'accepted', 'corrected']) anomalies.inc({ check, state }, 0);
  const finals: readonly string[] = FINAL_STATUSES;

  return (rows) => {
    const now = Date.now();
    for (const { type, at, items } of rows) {
      lag.observe(Math.max(0, now - Date.parse(at)) / 1_000);
      if (type === 'price_update') prices.inc(items.length);
      for (const item of type === 'anomaly' ? items : []) {
        anomalies.inc({ check: String(item.check), state: String(item.state) });
      }
      for (const item of type === 'refresh_progress' ? items : []) {
        if (!finals.includes(String(item.status))) continue;
        ended.inc({ kind: String(item.kind), source: String(item.source), status: String(item.status) });
        durations.observe({ kind: String(item.kind) }, Number(item.duration_ms) / 1_000);
        waits.observe({ priority: String(item.priority) }, Number(item.queued_ms) / 1_000);
      }
    }
  };
}
