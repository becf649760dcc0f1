import type { DecimalText } from '@freshet/market';

/** A price in plain digits with the decimals of its market. */
export function priceText(price: number, decimals: number): DecimalText {
  return price.toFixed(decimals);
}

/** Units traded: whole ones, except for what trades in thin slices. */
export function volumeText(units: number): DecimalText {
  return units < 1_000_000 && units !== Math.round(units) ? units.toFixed(2) : Math.round(units).toString();
}
