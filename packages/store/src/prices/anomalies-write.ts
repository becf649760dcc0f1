import { writeEvents } from '../events/announce.ts';
import type { Client } from '../database/pool.ts';

/** A check's objection to what a provider said. */
export interface AnomalyToWrite {
  symbol: string;
  check: string;
  state: 'held' | 'suspect' | 'rejected';
  source: string;
  price: string | null;
  expected: string | null;
  detail: string;
  /** The quote as it came, kept while it waits for a second opinion. */
  held: object | null;
  refreshId: string | null;
}

interface Told {
  id: number;
  symbol: string;
  check: string;
  state: string;
  source: string;
  price: string | null;
  expected: string | null;
  detail: string;
  resolution: string | null;
  resolved_at: Date | null;
}

const TOLD = 'id, symbol, "check", state, source, price, expected, detail, resolution, resolved_at';

/**
 * Records anomalies and announces them. A problem that persists stays one anomaly, and is announced again only when its
 * state changes.
 */
export async function recordAnomalies(client: Client, found: AnomalyToWrite[]): Promise<void> {
  if (found.length === 0) return;
  const anomalies = [...new Map(found.map((each) => [`${each.symbol} ${each.check}`, each])).values()];
  const { rows } = await client.query<Told>(
    `insert into anomalies as a (symbol, "check", state, source, price, expected, detail, held, refresh_id)
     select symbol, check_name, state, source, price, expected, detail, held, refresh_id
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::numeric[], $6::numeric[], $7::text[], $8::jsonb[], $9::text[])
       as t(symbol, check_name, state, source, price, expected, detail, held, refresh_id) order by symbol, check_name
     on conflict (symbol, "check") where resolved_at is null do update set state = excluded.state, source = excluded.source,
       price = excluded.price, expected = excluded.expected, detail = excluded.detail, held = excluded.held
     where a.state <> excluded.state
     returning ${TOLD}`,
    [
      anomalies.map((a) => a.symbol),
      anomalies.map((a) => a.check),
      anomalies.map((a) => a.state),
      anomalies.map((a) => a.source),
      anomalies.map((a) => a.price),
      anomalies.map((a) => a.expected),
      anomalies.map((a) => a.detail),
      anomalies.map((a) => a.held && JSON.stringify(a.held)),
      anomalies.map((a) => a.refreshId),
    ],
  );
  await announce(client, rows);
}

/**
 * How anomalies end: all open ones of a symbol (of its quotes or of its bars) get this state and reason.
 */
export interface Resolution {
  symbol: string;
  of: 'quotes' | 'bars';
  /**
   * Null: the anomaly is over and keeps its state. A rejected one can't become suspect, because nothing of it is
   * stored.
   */
  state: 'accepted' | 'corrected' | 'suspect' | null;
  detail: string;
  /** Checks that still object: their anomalies stay open. */
  except: string[];
}

/**
 * Ends open anomalies and announces that. The anomaly of a published suspect stays open, because people still see that
 * price.
 */
export async function resolveAnomalies(client: Client, resolutions: Resolution[]): Promise<void> {
  if (resolutions.length === 0) return;
  const { rows } = await client.query<Told>({
    name: 'resolve-anomalies',
    text: `update anomalies a set state = case when t.state is null or t.state = 'suspect' and a.state = 'rejected' then a.state else t.state end,
             resolution = t.detail, held = null,
             resolved_at = case when t.state = 'suspect' then null else now() end
           from unnest($1::text[], $2::bool[], $3::text[], $4::text[], $5::jsonb[]) as t(symbol, bars, state, detail, but)
           where a.symbol = t.symbol and a.resolved_at is null and (a."check" like 'bars.%') = t.bars
             and not t.but ? a."check"
           returning a.id, a.symbol, a."check", a.state, a.source, a.price, a.expected, a.detail, a.resolution, a.resolved_at`,
    values: [
      resolutions.map((r) => r.symbol),
      resolutions.map((r) => r.of === 'bars'),
      resolutions.map((r) => r.state),
      resolutions.map((r) => r.detail),
      resolutions.map((r) => JSON.stringify(r.except)),
    ],
  });
  await announce(client, rows);
}

/**
 * Writes an event, for clients that listen, and a delivery for every endpoint that subscribes to it. Endpoints are told
 * of each state once while the anomaly is open, because a price in doubt alternates between two states with every
 * refresh; and of its end, even if the state stays the same.
 */
async function announce(client: Client, anomalies: Told[]): Promise<void> {
  if (anomalies.length === 0) return;
  const items = anomalies.map(({ id, ...anomaly }) => ({
    anomaly_id: String(id),
    ...anomaly,
    price: anomaly.price === null ? null : Number(anomaly.price),
    expected: anomaly.expected === null ? null : Number(anomaly.expected),
  }));
  await writeEvents(client, [{ type: 'anomaly', userId: null, items }]);
  await client.query(
    `insert into webhook_deliveries (id, endpoint_id, event, message_id, payload)
     select 'dlv_' || replace(gen_random_uuid()::text, '-', ''), w.id, 'data.anomaly',
            'anomaly.' || (t.item ->> 'anomaly_id') || '.' || (t.item ->> 'state') || case when t.item ->> 'resolved_at' is null then '' else '.resolved' end,
            t.item
     from unnest($1::jsonb[]) as t(item) join webhook_endpoints w on w.enabled and 'data.anomaly' = any(w.events)
     on conflict (endpoint_id, message_id) do nothing`,
    [items.map((item) => JSON.stringify(item))],
  );
}
