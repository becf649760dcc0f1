const HUNDRED = Math.log(100);
/** A market that moves by half in between doesn't hide a slip of two digits. */
const NEAR_HUNDRED = Math.log(1.6);
/** Splits have been up to 50:1 and, the other way round, 1:50; what is further is no split. */
const MOST_UNITS = 50;
const LEAST_UNITS = 2;

/** 100 or 0.01 when a log move is about that factor, else null; so it is of NaN, the move from or to what is no price. */
export function hundredIn(log: number): 100 | 0.01 | null {
  if (!(Math.abs(Math.abs(log) - HUNDRED) <= NEAR_HUNDRED)) return null;
  return log > 0 ? 100 : 0.01;
}

/**
 * The split that a log move looks like, as new units for one old: 4 when the price fell to a quarter, 0.1 when it rose
 * tenfold. Null when the nearest ratio is further away than `tolerance`. `known` are ratios to try beside the whole ones.
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
