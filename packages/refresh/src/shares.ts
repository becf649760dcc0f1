/** Calculations of one commit: enough that a commit is worth it, few enough that several workers have their share. */
export const SLICE = 125;
/** More shares than there are workers only end at once. */
const MOST = 8;

/** In how many shares the calculations of a refresh are rung. */
export const sharesOf = (calculations: number): number => Math.max(1, Math.min(MOST, Math.ceil(calculations / SLICE)));
