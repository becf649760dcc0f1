const HUNDRED = Math.log(100);
/** A slip by a hundred is still recognised when the market has moved by half meanwhile. */
const NEAR_HUNDRED = Math.log(1.6);
/** Real splits have gone up to 50:1 and down to 1:50. */
const MOST_UNITS = 50;
const LEAST_UNITS = 2;

/** 100 or 0.01 when a log move is about that factor, else null. NaN (a move from or to no price) gives null too. */
export function hundredIn(log: number): 100 | 0.01 | null {
  if (!(Math.abs(Math.abs(log) - HUNDRED) <= NEAR_HUNDRED)) return null;
  return log > 0 ? 100 : 0.01;
}

/**
 * The split that a log move looks like, as new units for one old: 4 when the price fell to a quarter, 0.1 when it rose
 * tenfold. Null when no ratio is within `tolerance` (in log terms). `known`: ratios to try beside the whole ones.
 */
export function splitIn(log: number, tolerance: number, known: readonly number[] = []): number | null {
  const size = Math.exp(Math.abs(log));
  const whole = Math.round(size);
  const near: number[] = known.filter((ratio) => ratio > 0 && ratio !== 1);
  if (whole >= LEAST_UNITS && whole <= MOST_UNITS) near.push(log < 0 ? whole : 1 / whole);
  let best: number | null = null;
  let distance = tolerance;
  for (const ratio of near) {
    const off = Math.abs(log + Math.log(ratio));
    if (off <= distance) [best, distance] = [ratio, off];
  }
  return best;
}

/** `4:1` or `1:10`, for people. */
export function ratioText(ratio: number): string {
  const text = (units: number) => String(Number(units.toPrecision(4)));
  return ratio >= 1 ? `${text(ratio)}:1` : `1:${text(1 / ratio)}`;
}
