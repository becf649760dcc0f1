/** Whose delivery, and where it goes. */
export interface Holder {
  userId: string;
  endpointId: string;
}

/** So many deliveries are at work in a process at a time. They are open sockets, no more. */
const AT_WORK = { all: 100, ofUser: 20 };
/** And so many stand in line for the place that comes free next. The sweeper has 50 of a user's in the queue, which nearly all find room. */
const IN_LINE = { all: 200, ofUser: 100 };

/** Of the queue's jobs this process holds so many at a time. */
export const DELIVERIES = AT_WORK.all + IN_LINE.all;

export interface Places {
  /** Waits for a place. False: none came free in time, or too many stand in line already. */
  take(holder: Holder, withinMs: number): Promise<boolean>;
  /** Hands the place on to the first in line who may have it, at once. */
  giveBack(holder: Holder): void;
}

/** The places of a process, and the line for them. */
export function createPlaces(): Places {
  const atWork = createShares(AT_WORK);
  const inLine = createShares(IN_LINE);
  const line = new Set<{ holder: Holder; leave(got: boolean): void }>();
  return {
    async take(holder, withinMs) {
      if (atWork.take(holder)) return true;
      if (!inLine.take(holder)) return false;
      return new Promise((resolve) => {
        const late = setTimeout(() => self.leave(false), withinMs);
        const self = {
          holder,
          leave(got: boolean) {
            clearTimeout(late);
            line.delete(self);
            inLine.giveBack(holder);
            resolve(got);
          },
        };
        line.add(self);
      });
    },
    giveBack(holder) {
      atWork.giveBack(holder);
      for (const next of line) if (atWork.take(next.holder)) next.leave(true);
    },
  };
}

/**
 * Something of which nobody gets all, though nobody knows who comes next: a user has at most half as many as are free, and the more of them
 * one endpoint has, the sooner it gets none. Alone, an endpoint has half of what a user may have; beside eight users whose receivers hang
 * 20 of 100 are still free, and beside three endpoints that hang a fourth has three at once.
 */
function createShares({ all, ofUser }: { all: number; ofUser: number }) {
  let taken = 0;
  const users = new Map<string, number>();
  const endpoints = new Map<string, number>();
  const count = (of: Map<string, number>, key: string, by: 1 | -1) => {
    const now = (of.get(key) ?? 0) + by;
    if (now > 0) of.set(key, now);
    else of.delete(key);
  };
  const change = ({ userId, endpointId }: Holder, by: 1 | -1) => {
    taken += by;
    count(users, userId, by);
    count(endpoints, endpointId, by);
  };
  return {
    take(holder: Holder): boolean {
      const has = (users.get(holder.userId) ?? 0) + (endpoints.get(holder.endpointId) ?? 0);
      if (has >= Math.min(ofUser, (all - taken) / 2)) return false;
      change(holder, 1);
      return true;
    },
    giveBack: (holder: Holder) => change(holder, -1),
  };
}
