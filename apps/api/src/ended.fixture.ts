import type { ProviderStatus } from '@freshet/contracts';
import { endRefreshes, withTx } from '@freshet/store';
import { eventually } from '@freshet/testing';
import type { TestApi } from './api.fixture.ts';

export interface ItemOutcome {
  state: 'failed' | 'skipped';
  reason: string;
  detail: string;
  /** When it is asked for again. */
  next?: string;
}

/** Ends a refresh as a worker does: stores quotes, settles items, ends the row, hints to the api. */
export async function endRefresh(
  { api }: Pick<TestApi, 'api'>,
  id: string,
  outcome: { quotes?: Record<string, number>; items?: Record<string, ItemOutcome>; metrics?: number } = {},
): Promise<void> {
  const { quotes = {}, items = {}, metrics = 0 } = outcome;
  const updated = Object.keys(quotes).map((subject) => ({
    subject,
    state: 'updated',
    reason: null,
    detail: null,
    next: null,
  }));
  const others = Object.entries(items).map(([subject, item]) => ({ subject, ...item }));
  for (const [symbol, price] of Object.entries(quotes))
    await storeQuote({ api }, symbol, price, { refreshId: id, quietly: true });
  const ended = await withTx(api.pool, async (client) => {
    for (const { subject, state, reason, detail, next } of [...updated, ...others]) {
      await client.query(
        `insert into refresh_items (refresh_id, subject, data, state, reason, detail, chain, settled_at, next_refresh_at)
         values ($1, $2, 'quote', $3, $4, $5, '[{"provider": "yahoo", "reason": "unavailable"}]', now(), $6)`,
        [id, subject, state, reason, detail, next ?? null],
      );
    }
    await client.query(
      `update latest_quotes l set stale_reason = t.why from unnest($1::text[], $2::text[]) as t(symbol, why) where l.symbol = t.symbol`,
      [others.map(({ subject }) => subject), others.map(({ reason, detail }) => `${reason}: ${detail}`)],
    );
    const failed = others.filter(({ state }) => state === 'failed').length;
    const total = updated.length + others.length;
    await client.query(
      `update refreshes set status = 'in_progress', started_at = now(), prices = $2, failed = $3, total = $4, done = $4,
         metrics = $5, seq = seq + 1 where id = $1`,
      [id, updated.length, failed, total, metrics],
    );
    return endRefreshes(client, [id]);
  });
  for (const { record } of ended) api.hints.announce({ refreshId: record.id, seq: record.seq });
}

/** A stored quote, `agoS` seconds old; `quietly`: without invalidating caches. */
export async function storeQuote(
  { api }: Pick<TestApi, 'api'>,
  symbol: string,
  price: number,
  { agoS = 0, refreshId = null, quietly = false }: { agoS?: number; refreshId?: string | null; quietly?: boolean } = {},
): Promise<void> {
  await api.pool.query(
    `insert into latest_quotes as l (symbol, price, previous_close, currency, source, quote_time, fetched_at, refresh_id, provenance)
     values ($1, $2, $2::numeric - 1, 'USD', 'yahoo', now() - make_interval(secs => $3), now() - make_interval(secs => $3), $4,
             '{"checks": ["positive"], "chain": []}')
     on conflict (symbol) do update set price = excluded.price, replaced_price = l.price, replaced_quote_time = l.quote_time,
       quote_time = excluded.quote_time, stale_reason = null, fetched_at = excluded.fetched_at, refresh_id = excluded.refresh_id, changed_at = now()`,
    [symbol, price, agoS, refreshId],
  );
  if (!quietly) await api.cache.invalidate([`symbol:${symbol}`]);
}

/** The report of a worker about a healthy provider. */
export function providerStatus(provider: string, title: string, more: Partial<ProviderStatus> = {}) {
  const status: ProviderStatus = {
    ...{
      provider,
      title,
      enabled: true,
      retired: false,
      because: null,
      notice: null,
      health: 'healthy',
      reliability: 1,
    },
    ...{ breaker: 'closed', parked_until: null, serves: {}, preference: {}, windows: [], requests_per_minute: 0 },
    ...{
      concurrency: 1,
      latency_ms: null,
      last_success_at: null,
      failing_since: null,
      next_probe_at: null,
      last_error: null,
    },
    ...more,
  };
  return { provider, status };
}

/** The id of the refresh that waits for this symbol, once there is one. */
export async function waitingFor({ api }: Pick<TestApi, 'api'>, symbol: string): Promise<string> {
  return eventually(async () => {
    const { rows } = await api.pool.query<{ id: string }>(
      `select id from refreshes where status = 'queued' and $1 = any(symbols) order by accepted_at desc limit 1`,
      [symbol],
    );
    if (!rows[0]) throw new Error(`nothing waits for ${symbol}`);
    return rows[0].id;
  });
}
