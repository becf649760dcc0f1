import { createMetrics, type Metrics } from '@freshet/runtime';
import { createPool, ensureBase } from '@freshet/store';
import { withDatabase } from '@freshet/testing';
import { countEvents } from './count-events.ts';
import { measure } from './measure.ts';

const { pool, url } = await withDatabase();

beforeAll(async () => {
  await ensureBase(url, { demo: false });
  await pool.query(`update assets set status = 'active'`);
  await pool.query(
    `insert into latest_quotes (symbol, price, currency, source, quote_time, fetched_at) values
       ('BTC-USD', 1, 'USD', 'binance', now(), now() - interval '10 minutes'), ('ETH-USD', 1, 'USD', 'binance', now(), now())`,
  );
  await pool.query(`insert into events (type, items) values ('alert', '[]')`);
});

/** The value of a series by its labels; undefined when it isn't there. */
async function valueOf(metrics: Metrics, series: RegExp): Promise<number | undefined> {
  const line = (await metrics.text()).split('\n').find((each) => !each.startsWith('#') && series.test(each));
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
}

test('the scheduler that leads shows how old prices are and what waits; the others show that they do not lead', async () => {
  const relay = { leading: false, published: 0 };
  const metrics = createMetrics('scheduler', { own: false });
  measure(metrics, pool, relay);
  expect(await valueOf(metrics, /^freshet_relay_leading/)).toBe(0);
  expect(await valueOf(metrics, /^freshet_symbols\{/)).toBeUndefined();

  Object.assign(relay, { leading: true, published: 17 });
  expect(await valueOf(metrics, /^freshet_relay_leading/)).toBe(1);
  expect(await valueOf(metrics, /^freshet_events_published/)).toBe(17);
  expect(
    await valueOf(
      metrics,
      /^freshet_symbols\{.*freshness="stale",.*class="crypto"|^freshet_symbols\{.*class="crypto",freshness="stale"/,
    ),
  ).toBe(1);
  const oldest = await valueOf(metrics, /^freshet_oldest_watched_price_seconds\{.*class="crypto"/);
  expect(oldest).toBeGreaterThanOrEqual(600);
  expect(await valueOf(metrics, /^freshet_backlog\{.*of="events"/)).toBe(1);

  relay.leading = false;
  expect(await valueOf(metrics, /^freshet_symbols\{/)).toBeUndefined();
});

test('a refresh that stands behind an equal one that runs waits for no worker, and a declared delay is no age', async () => {
  const refresh = (id: string, identity: string, status: string, minutes: number) =>
    pool.query(
      `insert into refreshes (id, kind, mode, target, identity, scope, rank, source, role, status, accepted_at, deadline_at)
       values ($1, 'prices', 'smart', '{}', $2, $2, 20, 'manual', 'system', $3, now() - make_interval(mins => $4), now() + interval '1 hour')`,
      [id, identity, status, minutes],
    );
  await refresh('ref_runs', 'a', 'in_progress', 20);
  await refresh('ref_behind', 'a', 'queued', 10);
  await refresh('ref_waits', 'b', 'queued', 1);
  await pool.query(`update latest_quotes set delay_s = 3600 where symbol = 'BTC-USD'`);
  const metrics = createMetrics('scheduler', { own: false });
  measure(metrics, pool, { leading: true, published: 1 });
  const waited = await valueOf(metrics, /^freshet_refresh_oldest_wait_seconds/);
  expect(waited).toBeGreaterThanOrEqual(60);
  expect(waited).toBeLessThan(600);
  const oldest = await valueOf(metrics, /^freshet_oldest_watched_price_seconds\{.*class="crypto"/);
  expect(oldest).toBeGreaterThanOrEqual(600);
  expect(oldest).toBeLessThan(3_600);
});

test('without a database its gauges are absent rather than wrong', async () => {
  const metrics = createMetrics('scheduler', { own: false });
  const away = createPool({ url: 'postgres://nobody@127.0.0.1:1/nothing' });
  measure(metrics, away, { leading: true, published: 1 });
  expect(await valueOf(metrics, /^freshet_relay_leading/)).toBe(1);
  expect(await valueOf(metrics, /^freshet_symbols\{/)).toBeUndefined();
  expect(await valueOf(metrics, /^freshet_refresh_oldest_wait_seconds/)).toBeUndefined();
  await away.end();
});

test('ends of refreshes, prices and anomalies are counted as they are relayed', async () => {
  const metrics = createMetrics('scheduler', { own: false });
  const count = countEvents(metrics);
  // Prometheus sees no increase in a series that is born with its first count.
  expect(await valueOf(metrics, /^freshet_anomalies_total\{check="jump",state="held"/)).toBe(0);
  expect(await valueOf(metrics, /^freshet_anomalies_total\{check="bars.unit_slip",state="held"/)).toBe(0);
  const row = { first: 1, last: 1, userId: null, at: new Date(Date.now() - 2_000).toISOString() };
  const refresh = { kind: 'prices', source: 'manual', priority: 'high', duration_ms: 2_500, queued_ms: 10 };
  count([
    {
      ...row,
      type: 'refresh_progress',
      items: [
        { ...refresh, status: 'in_progress' },
        { ...refresh, status: 'partial' },
      ],
    },
    { ...row, type: 'price_update', items: [{}, {}, {}] },
    { ...row, type: 'anomaly', items: [{ check: 'jump', state: 'held' }] },
  ]);
  expect(await valueOf(metrics, /^freshet_refreshes_ended_total\{kind="prices",source="manual",status="partial"/)).toBe(
    1,
  );
  expect(await valueOf(metrics, /^freshet_refreshes_ended_total\{.*in_progress/)).toBeUndefined();
  expect(await valueOf(metrics, /^freshet_refresh_duration_seconds_sum\{.*kind="prices"/)).toBe(2.5);
  expect(await valueOf(metrics, /^freshet_quotes_stored_total/)).toBe(3);
  expect(await valueOf(metrics, /^freshet_anomalies_total\{check="jump",state="held"/)).toBe(1);
  expect(await valueOf(metrics, /^freshet_event_lag_seconds_sum/)).toBeGreaterThanOrEqual(6);
});
