import type { Bar } from '@freshet/market';
import { assertMessagesDescribed, quoteToStore, refreshToAccept, withDatabase } from '@freshet/testing';
import {
  acceptUnlimited,
  commitPlan,
  ensureAssets,
  loadRefresh,
  newId,
  type QuoteRow,
  type BarsRow,
  packBars,
  storeBars,
  withTx,
  storeQuotes,
} from '@freshet/store';
import type { RefreshRecord } from '@freshet/contracts';
import type { Calculations } from '@freshet/refresh';
import { arithmetic, type Arithmetic } from './arithmetic/index.ts';
import { createCalculations } from './run.ts';

/** The arithmetic in this thread. */
export const here: Arithmetic = {
  portfolios: async (work) => arithmetic.portfolios(work),
  strategy: async (work) => arithmetic.strategy(work),
  benchmarks: async (work) => arithmetic.benchmarks(work),
};

/** Weekdays from a date on. */
export function weekdays(from: string, count: number): string[] {
  const days: string[] = [];
  for (let at = Date.parse(`${from}T00:00:00Z`); days.length < count; at += 86_400_000) {
    const weekday = new Date(at).getUTCDay();
    if (weekday > 0 && weekday < 6) days.push(new Date(at).toISOString().slice(0, 10));
  }
  return days;
}

export interface AssetOf {
  class?: string;
  currency?: string;
  calendar?: string;
  sector?: string;
}

/** A database with the least that calculations take, and the words to tell a story in: called at the top of a test file. */
export async function calculatingWorld() {
  const { pool, url } = await withDatabase({ durable: false, beforeDrop: assertMessagesDescribed });

  const processOf = (by: Arithmetic = here): Calculations => createCalculations({ pool, arithmetic: by });

  return {
    pool,
    url,
    async assets(assets: Record<string, AssetOf>) {
      await ensureAssets(
        pool,
        Object.entries(assets).map(([symbol, of]) => ({
          symbol,
          name: symbol,
          class: of.class ?? 'equity',
          currency: of.currency ?? 'USD',
          calendar: of.calendar ?? 'XNYS',
          sector: of.sector ?? null,
          indexes: [],
          volatility: null,
        })),
      );
    },
    async bars(
      symbol: string,
      closes: Record<string, number>,
      actions: Record<string, Partial<Bar>> = {},
      suspect: string[] = [],
    ) {
      const none = { open: null, high: null, low: null, volume: null };
      const series: BarsRow = {
        symbol,
        source: 'yahoo',
        currency: null,
        fetchedAt: new Date(),
        refreshId: null,
        askedFrom: null,
        bars: Object.entries(closes).map(([session, close]) => ({
          ...{ ...none, symbol, session, close: String(close) },
          ...actions[session],
        })),
        provisional: new Set(),
        suspect: new Set(suspect),
      };
      await withTx(pool, (client) => storeBars(client, [packBars(series)]));
    },
    async quote(symbol: string, price: string, more: Partial<QuoteRow> = {}) {
      await withTx(pool, (client) => storeQuotes(client, [quoteToStore(symbol, price, more)]));
    },
    async portfolio(
      id: string,
      holdings: Record<string, string>,
      more: {
        currency?: string;
        cash?: string;
        at?: string;
        benchmark?: string;
        targets?: Record<string, string>;
      } = {},
    ) {
      const at = more.at ?? '2020-01-01T00:00:00Z';
      await pool.query(`insert into users (id, name) values ('usr_1', 'one') on conflict do nothing`);
      await pool.query(
        `insert into portfolios (id, user_id, name, currency, cash, benchmark, created_at) values ($1, 'usr_1', $1, $2, $3, $4, $5)`,
        [id, more.currency ?? 'USD', more.cash ?? '0', more.benchmark ?? '^GSPC', at],
      );
      for (const [symbol, quantity] of Object.entries(holdings)) {
        await this.hold(id, symbol, quantity, at, more.targets?.[symbol]);
      }
    },
    /** What a change of a holding writes; `0` sells all of it. */
    async hold(portfolio: string, symbol: string, quantity: string, at: string, target?: string) {
      const id = `hld_${portfolio}_${symbol}`;
      if (quantity === '0') await pool.query('delete from holdings where id = $1', [id]);
      else
        await pool.query(
          `insert into holdings (id, portfolio_id, symbol, quantity, cost, target_weight, created_at) values ($1, $2, $3, $4, 100, $5, $6)
           on conflict (portfolio_id, symbol) do update set quantity = excluded.quantity, changed_at = $6, version = holdings.version + 1`,
          [id, portfolio, symbol, quantity, target ?? null, at],
        );
      await pool.query(
        `insert into holding_changes (portfolio_id, holding_id, symbol, version, quantity, cost, at) values ($1, $2, $3, 1, $4, 100, $5)`,
        [portfolio, id, symbol, quantity, at],
      );
      await pool.query('update portfolios set version = version + 1 where id = $1', [portfolio]);
    },
    /** A refresh whose fetching is over, but for KO's quote or bars where it says so. */
    async refresh(
      of: {
        portfolios?: string[];
        strategies?: string[];
        mode?: 'smart' | 'full';
        kind?: string;
        fetching?: 'quote' | 'bars';
      } = {},
    ): Promise<string> {
      const id = newId('refresh');
      await acceptUnlimited(pool, [refreshToAccept(id, { kind: of.kind ?? 'all', mode: of.mode ?? 'smart' })]);
      const plain = { state: 'waiting' as const, reason: null, detail: null, freshAfter: null, nextRefreshAt: null };
      await commitPlan(pool, {
        refreshId: id,
        elapsedMs: 1,
        wants: of.fetching
          ? [{ symbol: 'KO', data: of.fetching, class: 'equity', lane: 'yahoo', freshAfter: new Date() }]
          : [],
        calculates: true,
        nextRefreshAt: null,
        newAssets: [],
        items: [
          ...(of.fetching ? [{ ...plain, subject: 'KO', data: of.fetching, freshAfter: new Date() }] : []),
          ...(of.portfolios ?? []).map((subject) => ({ ...plain, subject, data: 'portfolio' })),
          ...(of.strategies ?? []).map((subject) => ({ ...plain, subject, data: 'strategy' })),
        ],
      });
      return id;
    },
    /** The last answer is here. */
    async fetched(refreshId: string) {
      await pool.query(
        `with settled as (update refresh_items set state = 'updated' where refresh_id = $1 and data in ('quote', 'bars') returning 1)
         update refreshes set open = 0, done = done + (select count(*) from settled) where id = $1`,
        [refreshId],
      );
    },
    /** The calculations of one process, with what it remembers. */
    process: processOf,
    /** Calculates a refresh to its end. */
    async calculate(refreshId: string, by: Arithmetic = here, process = processOf(by)): Promise<RefreshRecord> {
      await process.run({
        refreshId,
        forMs: 30_000,
        signal: new AbortController().signal,
        committed: async () => {},
      });
      return (await loadRefresh(pool, refreshId)) as RefreshRecord;
    },
    async metrics(subject: string): Promise<Record<string, Record<string, unknown>>> {
      const { rows } = await pool.query<{ period: string; values: Record<string, unknown> }>(
        'select period, "values" from metrics where subject = $1',
        [subject],
      );
      return Object.fromEntries(rows.map(({ period, values }) => [period, values]));
    },
  };
}
