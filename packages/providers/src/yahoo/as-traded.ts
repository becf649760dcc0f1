import { Amount, type Bar, type DecimalText } from '@freshet/market';

/**
 * Yahoo divides every price before a split by its ratio (and multiplies the volume), up to today. A bar holds prices as
 * they were traded that day, so this takes the splits out again. The bars must reach to today, oldest first. A split of
 * today is in the prices before there is a bar of today: `later` is the ratio of what lies after the last bar.
 */
export function asTraded(bars: readonly Bar[], later: DecimalText | null = null): Bar[] {
  const traded = [...bars];
  let ratio: Amount | null = later ? new Amount(later) : null;
  for (let i = traded.length - 1; i >= 0; i--) {
    const bar = traded[i] as Bar;
    if (ratio) traded[i] = unsplit(bar, ratio);
    if (bar.splitRatio) ratio = (ratio ?? new Amount(1)).times(bar.splitRatio);
  }
  return traded;
}

/** Ten digits: what dividing and multiplying back may leave in the eleventh is noise, and no price has so many. */
const DIGITS = 10;

function unsplit(bar: Bar, ratio: Amount): Bar {
  const times = (price: DecimalText | null | undefined) =>
    price ? new Amount(price).times(ratio).toSignificantDigits(DIGITS).toFixed() : (price ?? null);
  return {
    ...bar,
    open: times(bar.open),
    high: times(bar.high),
    low: times(bar.low),
    close: times(bar.close) ?? bar.close,
    dividend: times(bar.dividend),
    volume:
      bar.volume === null
        ? null
        : new Amount(bar.volume)
            .div(ratio)
            .toSignificantDigits(DIGITS + 5)
            .toFixed(),
  };
}
