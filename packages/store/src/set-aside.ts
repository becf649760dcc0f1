import { writeEvents } from './announce.ts';
import type { Client } from './pool.ts';

/** A quote that a check holds back until a second opinion. */
export interface HeldQuote {
  symbol: string;
  check: string;
  source: string;
  price: string;
  expected: string | null;
  detail: string;
  quote: object;
  refreshId: string | null;
}

/** Holds suspicious quotes in quarantine: an anomaly row each, and its event. */
export async function holdQuotes(client: Client, held: HeldQuote[]): Promise<void> {
  if (held.length === 0) return;
  await client.query(
    `insert into anomalies (symbol, "check", state, source, price, expected, detail, held, refresh_id)
     select symbol, check_name, 'held', source, price, expected, detail, held, refresh_id
     from unnest($1::text[], $2::text[], $3::text[], $4::numeric[], $5::numeric[], $6::text[], $7::jsonb[], $8::text[])
       as t(symbol, check_name, source, price, expected, detail, held, refresh_id)`,
    [
      held.map((h) => h.symbol),
      held.map((h) => h.check),
      held.map((h) => h.source),
      held.map((h) => h.price),
      held.map((h) => h.expected),
      held.map((h) => h.detail),
      held.map((h) => JSON.stringify(h.quote)),
      held.map((h) => h.refreshId),
    ],
  );
  await writeEvents(client, [
    {
      type: 'anomaly',
      userId: null,
      items: held.map(({ symbol, check, source, price, expected, detail }) => ({
        symbol,
        check,
        state: 'held',
        source,
        price,
        expected,
        detail,
      })),
    },
  ]);
}

/** First probe after an hour, then doubling to a week: a symbol that nobody knows costs nearly nothing. */
const PROBE = `now() + least(interval '7 days', interval '1 hour' * power(2, least(a.probes, 8)))`;

/** What a landing says of the assets themselves: known after all, unknown to everybody, reporting earnings. */
export async function parkAssets(
  client: Client,
  ends: {
    symbol: string;
    park?: string;
    quote?: { currency: string };
    bars?: unknown;
    askedFrom?: string;
    earningsOn?: string;
  }[],
): Promise<void> {
  const good = ends.flatMap(({ symbol, quote }) => (quote ? [{ symbol, currency: quote.currency }] : []));
  if (good.length > 0) {
    // What it trades in is known for sure with its first price.
    await client.query({
      name: 'activate-assets',
      text: `update assets a set status = 'active', probes = 0, probe_at = null, parked_why = null,
               currency = case when a.status = 'active' then a.currency else t.currency end
             from unnest($1::text[], $2::text[]) as t(symbol, currency) where a.symbol = t.symbol and a.status <> 'active'`,
      values: [good.map((end) => end.symbol), good.map((end) => end.currency)],
    });
  }
  const historical = ends.filter((end) => end.bars && end.askedFrom !== undefined);
  if (historical.length > 0) {
    await client.query({
      name: 'history-asked',
      text: `update assets a set history_from = least(coalesce(a.history_from, t.day), t.day)
             from unnest($1::text[], $2::date[]) as t(symbol, day) where a.symbol = t.symbol`,
      values: [historical.map((end) => end.symbol), historical.map((end) => end.askedFrom)],
    });
  }
  const parked = ends.filter((end) => end.park !== undefined);
  if (parked.length > 0) {
    await client.query(
      `update assets a set status = 'parked', probes = a.probes + 1, probe_at = ${PROBE}, parked_why = t.why
       from unnest($1::text[], $2::text[]) as t(symbol, why) where a.symbol = t.symbol`,
      [parked.map((end) => end.symbol), parked.map((end) => end.park)],
    );
  }
  const earnings = ends.filter((end) => end.earningsOn !== undefined);
  if (earnings.length > 0) {
    await client.query(
      `update assets a set earnings_on = t.day from unnest($1::text[], $2::date[]) as t(symbol, day) where a.symbol = t.symbol`,
      [earnings.map((end) => end.symbol), earnings.map((end) => end.earningsOn)],
    );
  }
}
