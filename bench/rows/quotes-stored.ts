import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { ownPostgres, planToCommit, refreshToAccept } from '@freshet/testing';
import {
  acceptUnlimited,
  type Client,
  claimWants,
  commitPlan,
  createPool,
  ensureAssets,
  landCall,
  newId,
  type Pool,
  type WantEnd,
} from '@freshet/store';
import { percentile, type Row, round } from '../row.ts';

const BATCH = 500;
/** Landings of one refresh. */
const LANDINGS = 5;
const ROUNDS = 10;

/** Landing calls of 500 quotes (latest, series, settlement, event in one transaction) against COPY of the same rows. */
export const quotesStored: Row = {
  name: 'quotes-stored',
  what: 'quotes stored/s with latest, settlement and event in the same transaction, beside COPY of the same rows into the same tables',
  async run() {
    const postgres = await ownPostgres({
      settings: { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on', shared_buffers: '512MB' },
    });
    const pool = createPool({ url: postgres.url });
    // COPY keeps its connection to itself, which a pipelined one refuses.
    const plain = new pg.Pool({ connectionString: postgres.url, max: 1 });
    plain.on('error', () => {});
    try {
      const symbols = Array.from({ length: BATCH * LANDINGS }, (_, i) => `SYM${String(i).padStart(5, '0')}`);
      await ensureAssets(
        pool,
        symbols.map((symbol) => ({
          symbol,
          name: symbol,
          class: 'equity',
          currency: 'USD',
          calendar: 'XNYS',
          sector: null,
          indexes: [],
          volatility: null,
        })),
      );
      const ours: number[] = [];
      const landings: number[] = [];
      const copied: number[] = [];
      for (let i = -3; i < ROUNDS; i++) {
        const landedMs = await landOnce(pool, symbols);
        const copyMs = await copyOnce(plain, symbols);
        if (i < 0) continue;
        landings.push(...landedMs);
        ours.push(landedMs.reduce((sum, ms) => sum + ms, 0));
        copied.push(copyMs);
      }
      return {
        figures: {
          'quotes/s': round((BATCH * LANDINGS * 1_000) / percentile(ours, 0.5), 0),
          'COPY rows/s': round((BATCH * LANDINGS * 1_000) / percentile(copied, 0.5), 0),
          'landing of 500, p50 ms': round(percentile(landings, 0.5)),
          'landing of 500, p99 ms': round(percentile(landings, 0.99)),
        },
        measured: percentile(
          copied.map((copyMs, i) => copyMs / (ours[i] as number)),
          0.5,
        ),
        bar: { at: 0.5, is: 'at least' },
      };
    } finally {
      await Promise.all([pool.end(), plain.end()]);
      await postgres.remove();
    }
  },
};

/** How long each of the landings of one refresh takes, ms. */
async function landOnce(pool: Pool, symbols: string[]): Promise<number[]> {
  const id = newId('refresh');
  await acceptUnlimited(pool, [refreshToAccept(id, { kind: 'prices' })]);
  await commitPlan(pool, planToCommit(id, symbols));
  const tookMs: number[] = [];
  let ended: { refreshId: string }[] = [];
  for (let call = 0; call < LANDINGS; call++) {
    const callId = `${id}-${call}`;
    const claims = await claimWants(pool, 'yahoo', callId, { data: 'quote', limit: BATCH, byAge: false });
    const at = new Date();
    const ends = claims.map((claim, i) => landed(claim, i, at, id));
    const begun = performance.now();
    ({ ended } = await landCall(pool, { callId, provider: 'yahoo', calls: 1, receivedAt: at, ends }));
    tookMs.push(performance.now() - begun);
  }
  if (ended[0]?.refreshId !== id) throw new Error('the last landing did not end the refresh');
  return tookMs;
}

function landed({ symbol, fence }: { symbol: string; fence: number }, i: number, at: Date, refreshId: string): WantEnd {
  return {
    symbol,
    fence,
    data: 'quote',
    want: { do: 'delete' },
    item: { state: 'updated', reason: null, detail: null, chain: null, source: 'yahoo', nextRefreshAt: null },
    quote: {
      ...{
        symbol,
        price: `${100 + i}.25`,
        open: '100',
        high: '101',
        low: '99',
        volume: '123456',
        previousClose: '99.5',
      },
      ...{
        marketCap: null,
        currency: 'USD',
        source: 'yahoo',
        quoteTime: at,
        fetchedAt: at,
        delayS: 0,
        quality: 'good',
        refreshId,
      },
      provenance: { chain: [], checks: ['positive', 'currency'] },
    },
  };
}

/** The rows that the landings leave behind, by COPY: series, latest, items, event; one transaction for each landing. */
async function copyOnce(pool: pg.Pool, symbols: string[]): Promise<number> {
  const client = await pool.connect();
  const id = newId('refresh');
  try {
    await client.query('create table if not exists latest_copy (like latest_quotes including all)');
    await client.query('truncate latest_copy');
    await client.query(
      `insert into refreshes (id, kind, mode, identity, scope, rank, source, role, deadline_at, status)
       values ($1, 'prices', 'smart', $1, $1, 20, 'manual', 'system', now(), 'success')`,
      [id],
    );
    let tookMs = 0;
    for (let call = 0; call < LANDINGS; call++) {
      tookMs += await copyCall(client, id, symbols.slice(call * BATCH, (call + 1) * BATCH));
    }
    return tookMs;
  } finally {
    client.release();
  }
}

async function copyCall(client: Client, id: string, symbols: string[]): Promise<number> {
  const at = new Date(Date.now() - 1).toISOString();
  const quote = (symbol: string, i: number) => `${symbol}\t${100 + i}.25\t100\t101\t99\t123456`;
  const provenance = '{"chain": [], "checks": ["positive", "currency"]}';
  const items = symbols.map((symbol, i) => ({
    ...{ symbol, price: 100.25 + i, open: 100, high: 101, low: 99, volume: 123456, previous_close: 99.5 },
    ...{ currency: 'USD', source: 'yahoo', quote_time: at, fetched_at: at, delay_s: 0, refresh_id: id },
  }));
  const begun = performance.now();
  await client.query('begin');
  await copy(
    client,
    'financial_time_series (symbol, price, open, high, low, volume, time, exchange, currency, fetched_at, refresh_id)',
    symbols.map((symbol, i) => `${quote(symbol, i)}\t${at}\tyahoo\tUSD\t${at}\t${id}`),
  );
  await copy(
    client,
    `latest_copy (symbol, price, open, high, low, volume, previous_close, currency, source, quote_time, fetched_at,
       refresh_id, provenance)`,
    symbols.map((symbol, i) => `${quote(symbol, i)}\t99.5\tUSD\tyahoo\t${at}\t${at}\t${id}\t${provenance}`),
  );
  await copy(
    client,
    'refresh_items (refresh_id, subject, data, state, source, fresh_after, settled_at)',
    symbols.map((symbol) => `${id}\t${symbol}\tquote\tupdated\tyahoo\t${at}\t${at}`),
  );
  await copy(client, 'events (type, items, size)', [`price_update\t${JSON.stringify(items)}\t${symbols.length}`]);
  await client.query('commit');
  return performance.now() - begun;
}

async function copy(client: Client, into: string, lines: string[]): Promise<void> {
  await pipeline(Readable.from([`${lines.join('\n')}\n`]), client.query(copyFrom(`copy ${into} from stdin`)));
}
