import type { MarketSymbol } from '@freshet/market';
import type { Reason } from '../figure.ts';
import { type Exact, plus, ZERO } from './exact.ts';
import { type HoldingMoney, isMoney, less, type Money } from './value-holding.ts';

/** What a total could not count, and why. */
export interface LeftOut {
  symbol: MarketSymbol;
  figure: 'value' | 'cost' | 'day_change';
  reason: Reason;
}

/** What a portfolio adds up to, over what is known of it. */
export class Totals {
  value = ZERO;
  cost = ZERO;
  costOfProfit = ZERO;
  leftOut: LeftOut[] = [];
  complete = true;
  #holdings = 0;
  #profit: Exact | null = null;
  #cash = 0;
  /** Of holdings with a previous close, and of cash with its rates. */
  #moved: Moved | null = null;
  #cashMoved: Moved | null = null;

  add(symbol: MarketSymbol, { value, cost, profit, dayChange, previousValue }: HoldingMoney): void {
    this.#holdings++;
    this.#count(symbol, value);
    if (isMoney(cost)) this.cost = plus(this.cost, cost);
    else this.leftOut.push({ symbol, figure: 'cost', reason: cost });
    if (isMoney(profit)) {
      this.#profit = plus(this.#profit ?? ZERO, profit);
      if (isMoney(cost)) this.costOfProfit = plus(this.costOfProfit, cost);
    }
    if (isMoney(dayChange)) this.#moved = moved(this.#moved, dayChange, previousValue);
    else this.leftOut.push({ symbol, figure: 'day_change', reason: dayChange });
  }

  addCash(currency: string, now: Money, before: Money): void {
    this.#cash++;
    this.#count(currency, now);
    if (isMoney(now) && isMoney(before)) this.#cashMoved = moved(this.#cashMoved, less(now, before), before);
  }

  #count(symbol: MarketSymbol, value: Money): void {
    if (isMoney(value)) this.value = plus(this.value, value);
    else {
      this.leftOut.push({ symbol, figure: 'value', reason: value });
      this.complete = false;
    }
  }

  profit(): Money {
    return this.#profit ?? (this.#isEmpty() ? 'nothing_held' : 'no_cost');
  }

  /** Cash alone gives no day change if that of every holding is unknown. */
  dayChange(): { change: Money; before: Exact } {
    const cash = this.#moved || this.#holdings === 0 ? this.#cashMoved : null;
    const both = cash ? moved(this.#moved, cash.change, cash.before) : this.#moved;
    return both ?? { change: this.#isEmpty() ? 'nothing_held' : 'no_previous_close', before: ZERO };
  }

  #isEmpty(): boolean {
    return this.#holdings === 0 && this.#cash === 0;
  }
}

interface Moved {
  change: Exact;
  before: Exact;
}

function moved(so: Moved | null, change: Money, before: Money): Moved {
  return {
    change: isMoney(change) ? plus(so?.change ?? ZERO, change) : (so?.change ?? ZERO),
    before: isMoney(before) ? plus(so?.before ?? ZERO, before) : (so?.before ?? ZERO),
  };
}
