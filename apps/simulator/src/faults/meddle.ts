import type { MarketView, SimulatedAnswer } from '@freshet/providers';
import type { SimulatedMarket } from '../market/market.ts';
import type { ActiveFault } from './active-faults.ts';
import type { Asked, Delivery, FaultedCall } from './fault.ts';

/** The answer of the first fault that answers in the provider's place, if one does. */
export function answerInstead(hitting: ActiveFault[], call: FaultedCall): SimulatedAnswer | null {
  for (const { fault, settings } of hitting) {
    const answer = fault.instead?.({ ...call, settings });
    if (answer) return answer;
  }
  return null;
}

/** The question after the faults have changed it. */
export function meddledAsked(hitting: ActiveFault[], asked: Asked, view: MarketView): Asked {
  return hitting.reduce((sofar, { fault }) => fault.asked?.(sofar, view) ?? sofar, asked);
}

/** The market as the faults distort it. */
export function meddledMarket(hitting: ActiveFault[], market: SimulatedMarket, now: Date): MarketView {
  let view = market.at(now);
  for (const active of hitting) {
    const { fault, spec, settings } = active;
    if (!fault.market) continue;
    active.firstSeen ??= now;
    // A provider without dollars serves a dollar pair in Tether, so a fault of the dollar pair applies to that one too.
    const hits = (symbol: string) =>
      spec.symbols?.some((one) => one === symbol || (one.endsWith('-USD') && `${one}T` === symbol)) ?? true;
    view = fault.market(view, { hits, settings, startedAt: active.firstSeen, at: (moment) => market.at(moment) });
  }
  return view;
}

/** The provider's answer after the faults have changed it. */
export function meddledAnswer(hitting: ActiveFault[], answer: SimulatedAnswer, call: FaultedCall): SimulatedAnswer {
  return hitting.reduce((sofar, { fault, settings }) => fault.answer?.(sofar, { ...call, settings }) ?? sofar, answer);
}

/** The delivery after the faults have changed it. */
export function meddledDelivery(hitting: ActiveFault[], waitMs: number): Delivery {
  return hitting.reduce<Delivery>((sofar, { fault, settings }) => fault.deliver?.(sofar, settings) ?? sofar, {
    waitMs,
  });
}
