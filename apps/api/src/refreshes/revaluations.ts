/** A user's portfolio that was changed, and by which request. */
export interface Changed {
  userId: string;
  portfolioId: string;
  requestId: string;
  /** It needs what may be asked for already: once that comes it is valued again. */
  awaits?: boolean;
}

/** What is to be valued: one portfolio, or (null) all of the user's. */
export type ToValue = Omit<Changed, 'portfolioId'> & { portfolioId: string | null };

export interface Revaluations {
  changed(portfolio: Changed): void;
  /** What still waits is started now. */
  close(): void;
}

/** Soon enough for who looks at what was changed, and bounds what someone's thousand changes start, which nothing else counts. */
const EVERY_MS = 2_000;

/**
 * When changed portfolios are valued again: the first of a user at once, and what is changed within the next two seconds then, in
 * one go. An api that dies meanwhile leaves it to the schedule.
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
