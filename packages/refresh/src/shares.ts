/**
 * Calculations in one commit: few enough that several workers get a share, and enough to outweigh the fixed cost of a commit (reading each
 * symbol's data and passing it to a thread). With half as many, a refresh of 1,000 portfolios takes a fifth longer.
 */
export const SLICE = 250;
/** More shares than workers bring nothing: they end at once. */
const MOST = 8;

/** How many shares the calculations of a refresh are rung in. */
export const sharesOf = (calculations: number): number => Math.max(1, Math.min(MOST, Math.ceil(calculations / SLICE)));
