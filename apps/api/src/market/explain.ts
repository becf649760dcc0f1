import { nextRefreshAt, reasonNotToAsk } from '@freshet/calendar';
import type { Explanation } from '@freshet/contracts/api';
import { isCoinCurrency } from '@freshet/market';
import { quoteContextOf } from '@freshet/refresh';
import {
  anomaliesOf,
  explainQuote,
  findAsset,
  lastAdjustment,
  lastRefusal,
  latestQuotes,
  loadRefresh,
} from '@freshet/store';
import type { z } from 'zod';
import type { Api } from '../api.ts';
import { Problem } from '../http/problem.ts';
import { quoteView } from './quote-view.ts';

/** Everything that was recorded about a price when it was stored. @throws Problem not_found */
export async function explain(
  { pool, now: clock }: Pick<Api, 'pool' | 'now'>,
  symbol: string,
  mayRead: (refresh: { userId: string | null; id: string }) => Promise<boolean>,
): Promise<z.infer<typeof Explanation>> {
  const [asset, told, [stored], adjustment, anomalies] = await Promise.all([
    findAsset(pool, symbol),
    explainQuote(pool, symbol),
    latestQuotes(pool, [symbol]),
    lastAdjustment(pool, symbol),
    anomaliesOf(pool, symbol, 5),
  ]);
  if (!asset && !stored)
    throw new Problem(
      'not_found',
      'This symbol is not known yet. Fetch it first: GET /api/v1/market-data/fetch/{symbol}.',
    );
  const now = clock();
  const context = quoteContextOf(symbol, stored ?? asset, now);
  const provenance = told?.provenance ?? {};
  const refused = await lastRefusal(pool, symbol, stored?.fetchedAt ?? null);
  const writer = stored?.refreshId ? await loadRefresh(pool, stored.refreshId) : null;
  const parkedUntil = asset?.status === 'parked' && asset.probeAt && asset.probeAt > now ? asset.probeAt : null;
  const because = parkedUntil ? 'parked' : stored ? reasonNotToAsk(stored, context) : null;
  const nextAt = parkedUntil ?? (stored ? nextRefreshAt(stored, context) : null);
  return {
    symbol,
    quote: stored ? quoteView(stored, now) : null,
    provider: stored?.source ?? null,
    quote_time: stored?.quoteTime.toISOString() ?? null,
    fetched_at: stored?.fetchedAt.toISOString() ?? null,
    asset: asset && {
      name: asset.name,
      class: asset.class,
      currency: asset.currency,
      calendar: asset.calendar,
      sector: asset.sector,
      status: asset.status,
      next_probe_at: asset.probeAt?.toISOString() ?? null,
      parked_because: asset.parkedWhy,
      quality: asset.quality,
    },
    chain: listOf(provenance.chain),
    refused: refused && { at: refused.at.toISOString(), chain: refused.chain },
    checks: listOf(provenance.checks),
    cross_check: provenance.cross_check ?? null,
    suspicion: provenance.suspicion ?? null,
    converted: provenance.converted ?? null,
    adjustment_factor: adjustment === null ? null : Number(adjustment),
    fx_rate: stored ? await fxRate(pool, stored.currency) : null,
    // Another user's refresh is private.
    refresh:
      writer && (await mayRead(writer))
        ? {
            refresh_id: writer.id,
            kind: writer.kind,
            source: writer.source,
            status_url: `/api/v1/refreshes/${writer.id}`,
          }
        : null,
    replaced: told?.replacedPrice
      ? { price: Number(told.replacedPrice), quote_time: told.replacedQuoteTime?.toISOString() ?? null }
      : null,
    anomalies,
    freshness_policy: {
      session: context.calendar.sessionAt(now).state,
      next_refresh_at: nextAt?.toISOString() ?? null,
      because: because === null ? 'a refresh would fetch it now' : because,
    },
  };
}

async function fxRate(pool: Api['pool'], currency: string) {
  if (currency === 'USD') return null;
  const pairs = [`${currency}USD=X`, `${currency}-USD`];
  for (const pair of isCoinCurrency(currency) ? pairs.toReversed() : pairs) {
    const [rate] = await latestQuotes(pool, [pair]);
    if (rate) return { pair, rate: Number(rate.price), quote_time: rate.quoteTime.toISOString() };
  }
  return null;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
