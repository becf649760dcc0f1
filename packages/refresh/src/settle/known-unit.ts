import { Amount, type Bar, type Conversion, type DecimalText, type Quote } from '@freshet/market';
import type { Claim } from '../ports.ts';

type UnitKnown = Pick<Claim, 'asset' | 'stored'>;

/** The currency that the symbol trades in; null before its first good price. */
function currencyOf({ asset, stored }: UnitKnown): string | null {
  return stored?.currency ?? (asset?.status === 'active' ? asset.currency : null);
}

/**
 * Corrects a quote whose unit was assumed, because its provider didn't name one, to the unit that is known by now. A London listing that
 * trades in dollars wasn't quoted in pence. Where the currency fits, the stored price tells pounds from pence. On an exchange that isn't
 * known here, the price is in the symbol's currency. While nothing is known the quote stays as it is, for the checks to hold.
 */
export function inKnownUnit<Q extends Quote>(quote: Q, known: UnitKnown): Q {
  const by = quote.convertedBy;
  const currency = currencyOf(known);
  if (!by?.assumed || !currency || !isOther(currency, quote, quote.price, by, known)) return quote;
  const { convertedBy: _, ...rest } = quote;
  const prices = { open: quote.open, high: quote.high, low: quote.low, previousClose: quote.previousClose };
  return { ...rest, price: undone(quote.price, by), ...each(prices, by), currency } as Q;
}

/** The same for daily bars. Null while the symbol's currency isn't known: a whole history that is off by a hundred agrees with itself. */
export function barsInKnownUnit(bars: Bar[], known: UnitKnown): Bar[] | null {
  const last = bars.at(-1);
  const by = last?.convertedBy;
  if (!last || !by?.assumed) return bars;
  const currency = currencyOf(known);
  if (!currency) return null;
  if (!isOther(currency, last, last.close, by, known)) return bars;
  return bars.map((told) => {
    const { convertedBy: _, ...bar } = told;
    const { open, high, low, adjustedClose, dividend } = bar;
    const prices = each({ open, high, low, ...given({ adjustedClose, dividend }) }, by);
    return { ...bar, ...prices, close: undone(bar.close, by), currency };
  });
}

/** Nothing was converted: only the currency was a guess, and what is known replaces it. */
const AS_WRITTEN = '1';

/** Whether the assumed unit was wrong: the currency is another, or the unconverted price is nearer to the stored one. */
function isOther(
  known: string,
  { currency }: { currency?: string | null },
  price: DecimalText,
  by: Conversion,
  { stored }: UnitKnown,
): boolean {
  if (known !== currency || by.rate === AS_WRITTEN) return true;
  if (!stored) return false;
  const far = (of: DecimalText) => Math.abs(Math.log(new Amount(of).div(stored.price).toNumber()));
  return far(undone(price, by)) < far(price);
}

const undone = (price: DecimalText, { rate }: Conversion): DecimalText => new Amount(price).div(rate).toFixed();

function each<T extends Record<string, DecimalText | null>>(prices: T, by: Conversion): T {
  const all = Object.entries(prices).map(([name, price]) => [name, price === null ? null : undone(price, by)]);
  return Object.fromEntries(all) as T;
}

function given(prices: Record<string, DecimalText | null | undefined>): Record<string, DecimalText | null> {
  return Object.fromEntries(
    Object.entries(prices).filter((entry): entry is [string, DecimalText | null] => entry[1] !== undefined),
  );
}

/** Why bars without a named unit aren't taken. */
export const NO_UNIT = {
  kind: 'malformed',
  detail: 'it names no currency, and what the symbol trades in is not known yet',
  whole: false,
} as const;
