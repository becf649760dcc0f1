import type { AssetStatus } from '@freshet/contracts';
import type { AssetClass, MarketSymbol, SessionDate } from '@freshet/market';
import type { Known } from '../planning.ts';

/** The store's row about a symbol; all nulls for an unknown one. */
export interface KnownRow {
  symbol: MarketSymbol;
  class: string | null;
  currency: string | null;
  calendar: string | null;
  status: string | null;
  probeAt: Date | null;
  volatility: number | null;
  earningsOn: SessionDate | null;
  quoteTime: Date | null;
  fetchedAt: Date | null;
  delayS: number | null;
  source: string | null;
  historyFrom: SessionDate | null;
  lastFinalBar: SessionDate | null;
  doubtedFrom: SessionDate | null;
  /** Null: no doubt. Empty: daily bars were not asked for since the doubt arose. */
  splitDoubt: SessionDate | null;
}

/** What is known of a symbol, for a plan and for an estimate of one. */
export function knownOf(row: KnownRow): Known {
  const { symbol, class: assetClass, currency, calendar, quoteTime, fetchedAt } = row;
  return {
    symbol,
    asset: assetClass
      ? {
          class: assetClass as AssetClass,
          currency: currency ?? 'USD',
          calendar: calendar ?? 'XNYS',
          status: row.status as AssetStatus,
          probeAt: row.probeAt,
          volatility: row.volatility,
          earningsOn: row.earningsOn,
        }
      : null,
    quote: quoteTime && fetchedAt ? { quoteTime, fetchedAt, delayS: row.delayS ?? 0, source: row.source ?? '' } : null,
    history: { askedFrom: row.historyFrom, lastFinal: row.lastFinalBar, doubtedFrom: row.doubtedFrom },
    splitDoubt: row.splitDoubt === null ? null : { toldTo: row.splitDoubt || null },
  };
}
