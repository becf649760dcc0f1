/**
 * Calculations of one commit: few enough that several workers have their share, enough to be worth what each commit takes beside them
 * (what is known of each symbol is read and told to a thread): with half as many, a refresh of 1,000 portfolios takes a fifth longer.
 */
export const SLICE = 250;
/** More shares than there are workers only end at once. */
const MOST = 8;

/** In how many shares the calculations of a refresh are rung. */
export const sharesOf = (calculations: number): number => Math.max(1, Math.min(MOST, Math.ceil(calculations / SLICE)));
