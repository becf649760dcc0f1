import type { HoldingView } from '@freshet/contracts/api';
import { ask, isRefusal } from '../api/ask.ts';

/** A holding as the form has it. */
export interface Draft {
  symbol: string;
  quantity: string;
  /** Empty: not known, so that it has no profit either. */
  cost: string;
  /** 0..1 */
  targetWeight: number | null;
}

export function draftOf(form: FormData, symbol?: string): Draft {
  const text = (name: string) => String(form.get(name) ?? '').trim();
  const target = text('target');
  return {
    symbol: symbol ?? text('symbol').toUpperCase(),
    quantity: text('quantity'),
    cost: text('cost'),
    targetWeight: target === '' ? null : Number(target) / 100,
  };
}

/** What is wrong with it before the server is asked. */
export function draftTrouble({ symbol, quantity, cost, targetWeight }: Draft): string | null {
  if (symbol === '') return 'Name a symbol, such as AAPL.';
  if (!/^\d+(\.\d+)?$/.test(quantity)) return 'The quantity is digits, such as 12.5.';
  if (cost !== '' && !/^\d+(\.\d+)?$/.test(cost)) return 'The cost is digits, such as 1200.50.';
  if (targetWeight !== null && !(targetWeight >= 0 && targetWeight <= 1))
    return 'The target weight is between 0 and 100.';
  return null;
}

/**
 * The fields that a draft changes. An unchanged quantity is left out: the API takes a quantity as counted now, so sending an old one
 * after a split would undo the multiplication of its units.
 */
export function changesOf({ quantity, cost, targetWeight }: Draft, over: Pick<HoldingView, 'quantity'> | null) {
  return {
    ...(quantity === over?.quantity ? {} : { quantity }),
    cost: cost === '' ? null : cost,
    target_weight: targetWeight,
  };
}

/** Saves over the version that the reader saw; a new one where there was none. @throws ApiError */
export function saveHolding(
  portfolioId: string,
  draft: Draft,
  over: HoldingView | null,
  keyOf: (body: object) => string,
): Promise<HoldingView> {
  if (over === null) {
    const body = { symbol: draft.symbol, quantity: draft.quantity, ...changesOf(draft, null) };
    return ask('POST /api/v1/portfolios/{portfolio_id}/holdings', {
      path: { portfolio_id: portfolioId },
      body,
      idempotencyKey: keyOf(body),
    });
  }
  return ask('PATCH /api/v1/portfolios/{portfolio_id}/holdings/{holding_id}', {
    path: { portfolio_id: portfolioId, holding_id: over.holding_id },
    version: over.version,
    body: changesOf(draft, over),
  });
}

export async function removeHolding({ portfolio_id, holding_id, version }: HoldingView): Promise<void> {
  await ask('DELETE /api/v1/portfolios/{portfolio_id}/holdings/{holding_id}', {
    path: { portfolio_id, holding_id },
    version,
  });
}

/** The version that is stored now, when that is why a change was refused. */
export function conflictOf(error: unknown): HoldingView | null {
  if (!isRefusal(error) || error.code !== 'version_conflict') return null;
  const { current } = (error.problem ?? {}) as { current?: HoldingView };
  return current ?? null;
}
