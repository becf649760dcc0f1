/** A changed portfolio, its user, and the request that changed it. */
export interface Changed {
  userId: string;
  portfolioId: string;
  requestId: string;
  /** True: another refresh may be fetching symbols of it; it is valued once more when they land. */
  awaits?: boolean;
}

/** What to value: one portfolio, or (null) all portfolios of the user. */
export type ToValue = Omit<Changed, 'portfolioId'> & { portfolioId: string | null };

export interface Revaluations {
  changed(portfolio: Changed): void;
  /** Starts what still waits. */
  close(): void;
}

/** Short enough for a user who looks at the change, and bounds the valuations of a thousand changes, which no limit counts. */
const EVERY_MS = 2_000;

/**
 * Debounces valuations by user: the first change is valued at once, further changes within two seconds together after these. If the
 * api dies in between, the next schedule values them.
 */
export function createRevaluations(start: (portfolios: ToValue) => void): Revaluations {
  const resting = new Map<string, { timer: NodeJS.Timeout; waiting: Map<string, Changed> }>();

  function value(userId: string, waiting: Map<string, Changed>): void {
    const last = [...waiting.values()].at(-1);
    const awaits = [...waiting.values()].some((each) => each.awaits);
    if (last) start({ ...last, awaits, portfolioId: waiting.size > 1 ? null : last.portfolioId });
    const again = () => {
      const { waiting: changed = new Map<string, Changed>() } = resting.get(userId) ?? {};
      resting.delete(userId);
      if (changed.size > 0) value(userId, changed);
    };
    resting.set(userId, { timer: setTimeout(again, EVERY_MS).unref(), waiting: new Map() });
  }

  return {
    changed(portfolio) {
      const rests = resting.get(portfolio.userId);
      const { userId, portfolioId } = portfolio;
      if (!rests) value(userId, new Map([[portfolioId, portfolio]]));
      else {
        const awaits = portfolio.awaits || rests.waiting.get(portfolioId)?.awaits;
        rests.waiting.set(portfolioId, { ...portfolio, awaits });
      }
    },
    close() {
      for (const [userId, { timer, waiting }] of [...resting]) {
        clearTimeout(timer);
        if (waiting.size > 0) value(userId, waiting);
        clearTimeout(resting.get(userId)?.timer);
      }
      resting.clear();
    },
  };
}
