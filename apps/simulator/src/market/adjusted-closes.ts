import type { Bar, DecimalText, SessionDate } from '@freshet/market';
import type { Split } from './corporate-actions.ts';

/**
 * What happened to a symbol, each list oldest first; `before` is the close before the ex-date, on that date's share
 * count.
 */
export interface Actions {
  splits: Split[];
  payouts: { session: SessionDate; dividend: DecimalText; before: number }[];
}

/**
 * The bars with their events and with closes adjusted for all that came later: by 1/ratio for a split, by
 * 1 − dividend / close before it for a dividend (the method of CRSP, which Yahoo follows).
 */
export function adjustedCloses(bars: Bar[], { splits, payouts }: Actions, decimals: number): Bar[] {
  const splitOn = new Map(splits.map((split) => [split.session, split]));
  const payoutOn = new Map(payouts.map((payout) => [payout.session, payout]));
  // Sessions with an event that is still ahead, oldest first. An event is removed when the walk reaches the bars before
  // it.
  const ahead = [...new Set([...splitOn.keys(), ...payoutOn.keys()])].sort();
  let factor = 1;
  const adjusted = [...bars];
  for (let i = bars.length - 1; i >= 0; i--) {
    const bar = bars[i] as Bar;
    for (let event = ahead.at(-1); event !== undefined && event > bar.session; event = ahead.at(-1)) {
      const payout = payoutOn.get(event);
      if (payout) factor *= 1 - Number(payout.dividend) / payout.before;
      factor /= splitOn.get(event)?.ratio ?? 1;
      ahead.pop();
    }
    const split = splitOn.get(bar.session);
    const payout = payoutOn.get(bar.session);
    adjusted[i] = {
      ...bar,
      adjustedClose: factor === 1 ? bar.close : (Number(bar.close) * factor).toFixed(decimals + 2),
      ...(split ? { splitRatio: String(split.ratio) } : {}),
      ...(payout ? { dividend: payout.dividend } : {}),
    };
  }
  return adjusted;
}
