import type { AssetClass } from '@freshet/market';
import type { DataKind, RefreshKind, SkipReason } from '@freshet/contracts';
import type { BodyOf, EstimateDetail } from '@freshet/contracts/api';
import { decideItem, estimateCalls, knownOf, type Load, requestOf, wouldServe } from '@freshet/refresh';
import { knowSymbols } from '@freshet/store';
import type { Principal } from '../access/principal.ts';
import type { Api } from '../api.ts';
import { callbackOf } from './door.ts';
import { assertPriority } from './may-refresh.ts';
import { assertNamed, namedTarget } from './named.ts';

/**
 * What a refresh would do if it were started now: the decisions that its plan would make for each symbol, and the calls that follow from
 * them. Nothing is written, and no limit counts it.
 */
export async function estimateRefresh(
  api: Pick<Api, 'pool' | 'providers' | 'scopes' | 'now'>,
  who: Principal,
  body: BodyOf<'POST /api/v1/refreshes/estimate'>,
): Promise<EstimateDetail> {
  const kind: RefreshKind = body.kind ?? (body.symbols ? 'symbols' : 'prices');
  assertPriority(who, body);
  await assertNamed(api.pool, who, { ...body, kind });
  const target = namedTarget(who, { ...body, kind });
  if (body.callback_url !== undefined) await callbackOf(api.pool, body.callback_url, who);
  const { mode, symbols, maxAgeS, priority } = requestOf(kind, target, body, who);
  const [scope, providers] = await Promise.all([api.scopes(kind, target, symbols), api.providers.all()]);
  const now = api.now();
  const rows = await knowSymbols(api.pool, scope.symbols, mode === 'full');
  const wish = { mode, maxAgeS, acceptedAt: now, now };
  const loads = new Map<string, Load>();
  const skipped: Partial<Record<SkipReason, number>> = {};
  const nobody = new Set<string>();
  const fetches = { quotes: 0, bars: 0 };
  let next: Date | null = null;
  const historyDays = (of: { class: AssetClass }) => {
    const [first] = wouldServe(providers, { class: of.class, data: 'bars' });
    return first ? (first.serves.bars?.history_days ?? Infinity) : 0;
  };
  for (const decision of rows.flatMap((row) => decideItem(knownOf(row), wish, historyDays))) {
    if ('settled' in decision) {
      const { reason, nextRefreshAt } = decision.settled;
      skipped[reason as SkipReason] = (skipped[reason as SkipReason] ?? 0) + 1;
      if (nextRefreshAt && (!next || nextRefreshAt < next)) next = nextRefreshAt;
      continue;
    }
    const { symbol, data, class: assetClass } = decision.want;
    if (wouldServe(providers, { class: assetClass, data }).length === 0) {
      // Outside of full mode bars are only read to notice splits, and may be missing.
      if (data !== 'bars' || mode === 'full') nobody.add(symbol);
      continue;
    }
    fetches[data === 'bars' ? 'bars' : 'quotes']++;
    add(loads, assetClass, data);
  }
  return {
    ...estimateCalls([...loads.values()], providers, now, scope.portfolios + scope.strategies, {}, priority),
    symbols: scope.symbols.length,
    fetches,
    skipped,
    no_provider: [...nobody],
    portfolios: scope.portfolios,
    strategies: scope.strategies,
    next_refresh_at: next?.toISOString() ?? null,
  };
}

function add(loads: Map<string, Load>, assetClass: AssetClass, data: DataKind): void {
  const name = `${assetClass} ${data}`;
  const load = loads.get(name) ?? { class: assetClass, data, symbols: 0 };
  load.symbols++;
  loads.set(name, load);
}
