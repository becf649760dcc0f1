import type { DecimalText } from '@freshet/market';

/** A price in plain digits with the decimals of its market. */
export function priceText(price: number, decimals: number): DecimalText {
  return price.toFixed(decimals);
}

/** Units traded: whole numbers, except for assets that trade in small fractions. */
export function volumeText(units: number): DecimalText {
  return units < 1_000_000 && units !== Math.round(units) ? units.toFixed(2) : Math.round(units).toString();
}
