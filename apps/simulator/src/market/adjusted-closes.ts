import type { Bar, DecimalText, SessionDate } from '@freshet/market';
import type { Split } from './corporate-actions.ts';

/** What happened to a symbol, each list oldest first; `before` is the close before the ex-date, on that date's share count. */
export interface Actions {
  splits: Split[];
  payouts: { session: SessionDate; dividend: DecimalText; before: number }[];
}

/**
 * The bars with their events and with closes adjusted for all that came later: by 1/ratio for a split, by
 * 1 − dividend / close before it for a dividend (the method of CRSP, which Yahoo follows).
 */
export function adjustedCloses(bars: Bar[], { splits, payouts }: Actions, decimals: number): Bar[] {
  const splitOn = new Map(splits.map((split) => [split.session, split.ratio]));
  const payoutOn = new Map(payouts.map((payout) => [payout.session, payout]));
  const later = [...splitOn.keys(), ...payoutOn.keys()].sort();
  let factor = 1;
  const apply = (session: SessionDate | undefined) => {
    const payout = session === undefined ? undefined : payoutOn.get(session);
    if (payout) factor *= 1 - Number(payout.dividend) / payout.before;
    const ratio = session === undefined ? undefined : splitOn.get(session);
    if (ratio) factor /= ratio;
  };
  const adjusted: Bar[] = new Array(bars.length);
  for (let i = bars.length - 1; i >= 0; i--) {
    const bar = bars[i] as Bar;
    while (later.length > 0 && (later.at(-1) ?? '') > bar.session) {
      const session = later.pop();
      if (session !== later.at(-1)) apply(session);
    }
    const events = splitOn.has(bar.session) || payoutOn.has(bar.session);
    adjusted[i] = {
      ...bar,
      adjustedClose: factor === 1 ? bar.close : (Number(bar.close) * factor).toFixed(decimals + 2),
      ...(events && splitOn.has(bar.session) ? { splitRatio: String(splitOn.get(bar.session)) } : {}),
      ...(events && payoutOn.has(bar.session) ? { dividend: payoutOn.get(bar.session)?.dividend ?? null } : {}),
    };
  }
  return adjusted;
}
