interface Weighed {
  weight?: number | null;
  target?: number | null;
}

/** The share that a whole bar stands for: the largest weight or target of all, so that each bar can be told from its mark. */
export function wholeOf(holdings: readonly Weighed[]): number {
  return Math.max(0, ...holdings.flatMap(({ weight, target }) => [weight ?? 0, target ?? 0])) || 1;
}

export function widthOf(share: number, whole: number): string {
  return `${Math.min(100, Math.max(0, (share / whole) * 100))}%`;
}
