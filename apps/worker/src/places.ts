/** The user and the endpoint of a delivery. */
export interface Holder {
  userId: string;
  endpointId: string;
}

/** How many deliveries a process makes at a time, in all and of one user. Each is an open socket, no more. */
const AT_WORK = { all: 100, ofUser: 20 };
/** How many wait in line for the next free place. The sweeper keeps 50 of a user's deliveries in the queue, nearly all of which find room. */
const IN_LINE = { all: 200, ofUser: 100 };

/** How many jobs of the queue this process holds at a time. */
export const DELIVERIES = AT_WORK.all + IN_LINE.all;

export interface Places {
  /** Waits for a place. False: none came free in time, or the line is full for this user or endpoint. */
  take(holder: Holder, withinMs: number): Promise<boolean>;
  /** Frees the place, and hands it at once to the first in line that may have it. */
  giveBack(holder: Holder): void;
}

/** The places of one process, and the line for them. */
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
 * Places that are shared so that some always stay free for others. A user may hold at most half as many as are free, and an endpoint's own
 * places count twice against that, so that one endpoint alone gets half of what its user may have. Beside eight users whose receivers
 * hang, 20 of 100 places are still free; beside three endpoints that hang, a fourth one gets three at once.
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
