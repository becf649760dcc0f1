import type { EventToWrite } from '../events/announce.ts';
import { jsonbArray, textArray } from '../database/binary-array.ts';
import { WRITTEN_DAYS } from '../schema/partitions.ts';
import type { Client } from '../database/pool.ts';

/** A checked quote on its way into the store. */
export interface QuoteRow {
  symbol: string;
  price: string;
  open: string | null;
  high: string | null;
  low: string | null;
  volume: string | null;
  previousClose: string | null;
  marketCap: string | null;
  currency: string;
  source: string;
  quoteTime: Date;
  fetchedAt: Date;
  delayS: number;
  quality: 'good' | 'suspect';
  refreshId: string | null;
  provenance: object;
}

export interface StoredQuotes {
  /** The symbols for which a new quote was stored. */
  symbols: Set<string>;
  /** The price event, to be written with the others of the transaction. */
  event: EventToWrite;
}

/**
 * Stores quotes in bulk: the latest of each symbol (never over a newer one), and the series. Idempotent: the same quote
 * again changes nothing but `fetched_at`. An UPDATE beside an INSERT takes half the time of ON CONFLICT DO UPDATE (6.8
 * against 13.3 ms for 500 rows), because nearly always the row is there; two landings of one symbol at once are kept
 * apart by its want. A suspect price goes beside the last good one, which calculations and checks go on with, and into
 * no series.
 */
export async function storeQuotes(client: Client, quotes: QuoteRow[]): Promise<StoredQuotes> {
  const symbols = quotes.length > 0 ? await store(client, quotes) : new Set<string>();
  const items = quotes.filter((quote) => symbols.has(quote.symbol)).map(priceUpdate);
  return { symbols, event: { type: 'price_update', userId: null, items } };
}

async function store(client: Client, quotes: QuoteRow[]): Promise<Set<string>> {
  const { rows } = await client.query<{ symbol: string }>({
    name: 'store-quotes',
    text: STORE,
    values: columnsOf(quotes),
  });
  return new Set(rows.map((row) => row.symbol));
}

/** What the price event says: the quote as it was stored. Age and freshness are for whoever reads it to work out. */
function priceUpdate(quote: QuoteRow): object {
  const number = (text: string | null) => (text === null ? null : Number(text));
  return {
    symbol: quote.symbol,
    price: Number(quote.price),
    open: number(quote.open),
    high: number(quote.high),
    low: number(quote.low),
    previous_close: number(quote.previousClose),
    volume: number(quote.volume),
    currency: quote.currency,
    source: quote.source,
    quote_time: quote.quoteTime.toISOString(),
    fetched_at: quote.fetchedAt.toISOString(),
    delay_s: quote.delayS,
    quality: quote.quality,
    refresh_id: quote.refreshId,
  };
}

function columnsOf(quotes: QuoteRow[]): unknown[] {
  return [
    textArray(quotes.map((q) => q.symbol)),
    quotes.map((q) => q.price),
    quotes.map((q) => q.open),
    quotes.map((q) => q.high),
    quotes.map((q) => q.low),
    quotes.map((q) => q.volume),
    quotes.map((q) => q.previousClose),
    quotes.map((q) => q.marketCap),
    textArray(quotes.map((q) => q.currency)),
    textArray(quotes.map((q) => q.source)),
    quotes.map((q) => q.quoteTime.toISOString()),
    quotes.map((q) => q.fetchedAt.toISOString()),
    quotes.map((q) => q.delayS),
    textArray(quotes.map((q) => q.quality)),
    textArray(quotes.map((q) => q.refreshId)),
    jsonbArray(quotes.map((q) => JSON.stringify(q.provenance))),
  ];
}

/** Bars may have told of a split after this quote was claimed: that they did must not get lost. */
const PROVENANCE = `case when i.quality <> 'good' and l.quality <> 'good' and i.provenance #>> '{suspicion,check}' = 'split_gap'
      and l.provenance #>> '{suspicion,check}' = 'split_gap' and l.provenance #> '{suspicion,told_to}' is not null
    then jsonb_set(i.provenance, '{suspicion,told_to}', l.provenance #> '{suspicion,told_to}') else i.provenance end`;

const STORE = `
  with input as (
    select * from unnest($1::text[], $2::numeric[], $3::numeric[], $4::numeric[], $5::numeric[], $6::numeric[],
      $7::numeric[], $8::numeric[], $9::text[], $10::text[], $11::timestamptz[], $12::timestamptz[], $13::int[],
      $14::text[], $15::text[], $16::jsonb[])
      as t(symbol, price, open, high, low, volume, previous_close, market_cap, currency, source, quote_time, fetched_at,
           delay_s, quality, refresh_id, provenance)
  ), updated as (
    update latest_quotes l set
      price = i.price, open = i.open, high = i.high, low = i.low, volume = i.volume,
      previous_close = i.previous_close, market_cap = coalesce(i.market_cap, l.market_cap),
      currency = i.currency, source = i.source, quote_time = i.quote_time, fetched_at = i.fetched_at,
      delay_s = i.delay_s, quality = i.quality, refresh_id = i.refresh_id, provenance = ${PROVENANCE},
      replaced_price = l.price, replaced_quote_time = l.quote_time, changed_at = clock_timestamp(),
      price_since = case when l.price = i.price then coalesce(l.price_since, l.quote_time) else i.quote_time end,
      good_price = case when i.quality = 'good' then null when l.quality = 'good' then l.price else l.good_price end,
      good_previous_close = case when i.quality = 'good' then null
        when l.quality = 'good' then l.previous_close else l.good_previous_close end,
      good_quote_time = case when i.quality = 'good' then null
        when l.quality = 'good' then l.quote_time else l.good_quote_time end,
      stale_reason = null
    from input i where l.symbol = i.symbol and (l.quote_time <= i.quote_time
      or l.quality <> 'good' and i.quality = 'good' and coalesce(l.good_quote_time <= i.quote_time, true))
    returning l.symbol
  ), inserted as (
    insert into latest_quotes (symbol, price, open, high, low, volume, previous_close, market_cap, currency, source,
      quote_time, fetched_at, delay_s, quality, refresh_id, provenance, price_since)
    select symbol, price, open, high, low, volume, previous_close, market_cap, currency, source, quote_time, fetched_at,
      delay_s, quality, refresh_id, provenance, quote_time
    from input i where not exists (select from latest_quotes l where l.symbol = i.symbol) order by symbol
    on conflict (symbol) do nothing returning symbol
  ), stored as (
    select symbol from updated union all select symbol from inserted
  ), series as (
    insert into financial_time_series (time, symbol, price, open, high, low, volume, exchange, currency, fetched_at,
      delay_s, refresh_id)
    select quote_time, symbol, price, open, high, low, volume, source, currency, fetched_at, delay_s, refresh_id
    from input join stored using (symbol)
    where quality = 'good' and quote_time > now() - interval '${WRITTEN_DAYS} days' and quote_time < now() + interval '7 days'
    on conflict (symbol, time, exchange) do nothing
  )
  select symbol from stored`;
