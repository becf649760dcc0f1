import { type Calendar, calendarOf } from '@freshet/calendar';
import type { HeldSeries, QuantityChange } from '@freshet/finance';
import { CASH, type MarketSymbol } from '@freshet/market';
import type { HeldFrom } from '@freshet/store';
import { DAY_MS, dayOf } from './day.ts';
import type { MarketData } from './market-data.ts';
import type { OnAxis } from './on-axis.ts';

/** What a portfolio held of each symbol over the sessions of an axis, on the basis of split-adjusted prices. */
export function heldSeries(changes: readonly HeldFrom[], currency: string, data: MarketData, on: OnAxis): HeldSeries[] {
  const held: HeldSeries[] = [];
  for (const [symbol, own] of Map.groupBy(changes, symbolOf)) {
    if (symbol === CASH) {
      held.push({ symbol, prices: on.same(1), fx: null, ...unitsOf(own, NO_SPLITS, null, on), dividends: null });
      continue;
    }
    const { currency: quoted = currency, calendar = null } = data.symbols.get(symbol) ?? {};
    const { units, changes: changed } = unitsOf(own, data.series(symbol)?.splits ?? NO_SPLITS, calendar, on);
    held.push({
      symbol,
      prices: on.closes(symbol) ?? on.same(Number.NaN),
      // Without a rate the holding counts for nothing and is reported as left out: never a silent 1:1.
      fx: quoted === currency ? null : (on.rates(quoted, currency) ?? on.same(Number.NaN)),
      units,
      changes: changed,
      dividends: on.dividends(symbol),
    });
  }
  return held;
}

const NO_SPLITS: number[] = [];
/** Day and ratio of each, one after the other. */
type Splits = ArrayLike<number>;

/**
 * Turns recorded quantities into the units before the first session and the changes at the close of sessions. The symbol's own
 * `exchange` decides whether a quantity was recorded before or after a split. The axis decides at which close it counts.
 */
function unitsOf(
  own: readonly HeldFrom[],
  splits: Splits,
  exchange: string | null,
  { axis }: OnAxis,
): { units: number; changes: QuantityChange[] } {
  const calendar = calendarOf(axis.calendar);
  const splitBy = exchange === null ? calendar : calendarOf(exchange);
  let units = 0;
  const changes: QuantityChange[] = [];
  for (const { quantity, at } of own) {
    const now = Number(quantity) * unitsSince(at, splits, splitBy);
    const index = indexOf(at, axis.days, calendar);
    if (index < 0) units = now;
    else if (index < axis.days.length) changes.push({ at: index, units: now });
  }
  return { units, changes };
}

/** How many units one unit recorded at a moment has become through later splits. */
export function unitsSince(at: number, splits: Splits, calendar: Calendar): number {
  if (splits.length === 0) return 1;
  const day = dayOf(calendar.dateAt(new Date(at)));
  let units = 1;
  for (let i = 0; i < splits.length; i += 2) if ((splits[i] as number) > day) units *= splits[i + 1] as number;
  return units;
}

/** Index of the first session that closes after the moment, at whose close the change takes effect; −1 before the axis begins. */
function indexOf(at: number, days: Int32Array, calendar: Calendar): number {
  const first = days[0];
  if (first === undefined || at < (first - 1) * DAY_MS) return -1;
  const { session, nextSession } = calendar.sessionAt(new Date(at));
  const day = dayOf(session && at < session.close.getTime() ? session.date : nextSession.date);
  if (day < first) return -1;
  let low = 0;
  let high = days.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((days[middle] as number) < day) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first day on which something was held, and something that was ever held had a price; Infinity without any. */
export function firstDayHeld(changes: readonly HeldFrom[], data: MarketData): number {
  let [held, priced] = [Infinity, Infinity];
  for (const { symbol, at } of changes) {
    held = Math.min(held, Math.floor(at / DAY_MS));
    priced = Math.min(priced, data.series(symbol)?.days[0] ?? Infinity);
  }
  return Math.max(held, priced);
}

/** Every symbol that was ever held. */
export const everHeld = (changes: readonly HeldFrom[]): MarketSymbol[] => [...new Set(changes.map(symbolOf))];

const symbolOf = ({ symbol }: HeldFrom): MarketSymbol => symbol;
