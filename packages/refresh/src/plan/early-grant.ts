import { affordable, isContended, nextBatch } from '../call/ahead.ts';
import type { Ahead, CallGrant, Claim, FirstCall, World } from '../ports.ts';

/** A call that has its grant and its claims already. */
export interface Begun {
  ahead: Ahead;
  grant: CallGrant;
  claims: Claim[];
}

/**
 * How long the plan waits for a grant that comes late. Most come before the plan is written; on two busy cores one in six didn't. Giving
 * such a grant back and taking another costs 4 ms.
 */
const LATE_MS = 5;

/** The grant for a plan's first call, taken while the plan is being written. */
export interface EarlyGrant extends FirstCall {
  /** The begun call with these claims. Without claims it gives the grant back and returns null. */
  begin(claims: Claim[]): Begun | null;
}

/**
 * Takes the grant for a plan's first call early. For a small refresh this saves the round trips of grant and claim, 2 ms of 20. Null
 * when other wants wait in the lane or other refreshes are being planned: then the call takes its turn among them, as any other.
 */
export function earlyGrant(name: string, ahead: Ahead, { lanes, asker, pause }: World): EarlyGrant | null {
  const lane = lanes.of(name);
  if (lanes.planning() > 1 || isContended(lane, ahead) || asker.refusedForMs(name) > 0) return null;
  const cost = (symbols: number) => lane.cost(ahead.data, symbols);
  const { rank, data } = ahead;
  let grant: CallGrant | null = null;
  const take = async () => {
    const reply = await asker.take(name, { cost: cost(nextBatch(lane, ahead)), atLeast: cost(1), rank });
    if (reply.granted) grant = reply;
  };
  const asked = take();
  // Ignored here: the call itself takes its grant again and meets the same error.
  asked.catch(() => {});
  // While Redis is away this fails, and the ledger lets the grant expire.
  const giveBack = async () => {
    await asked;
    if (grant) await asker.giveBack(grant);
  };
  return {
    lane: name,
    async claim() {
      if (!grant) await Promise.race([asked.catch(() => {}), pause(LATE_MS)]);
      return grant && { lane: name, data, limit: affordable(lane.batchBest(data), grant.cost, cost) };
    },
    begin(claims) {
      if (grant && claims.length > 0) return { ahead, grant, claims };
      void giveBack().catch(() => {});
      return null;
    },
  };
}
