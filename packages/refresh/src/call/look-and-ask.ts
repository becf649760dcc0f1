import { affordable, isContended, nextBatch } from './ahead.ts';
import type { Begun } from '../plan/early-grant.ts';
import { done, type Job, type StepOutcome } from '../outcome.ts';
import type { Ahead, Answer, CallGrant, Claim, Lane, Settlement, World } from '../ports.ts';
import { isOutage } from './outage.ts';
import { park } from '../lanes/park.ts';
import { ringFollowers } from '../rings.ts';
import { isSpared } from './spare.ts';
import { withStoredCloses } from './with-stored-closes.ts';

/** How long a call waits at most for more wants to share it, and only while other refreshes are being planned. */
const COMPANY_MS = 10;
/** How long a call that has its grant waits for a more urgent refresh, recorded a moment ago, to be planned. */
const YIELD_MS = 150;
const YIELD_LOOK_MS = 5;
/** After this many claims without an outcome a want is poison: the workers that ask for it die. */
const POISON_CLAIMS = 5;

/** Every tenth call of a lane claims the wants that have waited longest, whatever their rank, so that none starves. */
const BY_AGE_EVERY = 10;

/** The wants that were asked for, and the answer. `left`: what seems to wait still, when the call couldn't take all. */
export interface Answered {
  claims: Claim[];
  answer: Answer;
  left: Ahead | undefined;
  /** The provider wasn't known to be well when it was asked. */
  unwell: boolean;
}

/** Grant, claim, ask. Returns an outcome instead of an answer when nothing was to be asked for, or no grant was given. */
export async function lookAndAsk(lane: Lane, job: Job, world: World): Promise<Answered | StepOutcome> {
  const begun = job.headStart?.begun ?? (await begin(lane, job, world));
  if ('kind' in begun) return begun;
  const { ahead, grant, claims } = begun;

  const { toAsk, settled } = sortOut(claims);
  if (settled.length > 0) await orGiveBack(grant, world, landKnown(lane, job, settled, world));
  if (toAsk.length === 0) {
    await world.asker.giveBack(grant);
    // Another call may hold the rows of the wants that the look saw; more may wait behind those.
    if (claims.length === 0 && (await look(lane, job.id, world))) await world.ring.lane(lane.name, 1, ahead.rank);
    return done;
  }
  // A lane's queue is capped below the calls that its wants may need, and a grant may pay for less than was rung for: a call that leaves
  // wants behind rings for them.
  const leavesWants = isContended(lane, ahead) || claims.length < ahead.waiting;
  if (leavesWants && !job.left) void world.ring.lane(lane.name, 2, ahead.rank, 2);
  const unwell = grant.probe === true || world.lanes.isUnwell(lane.name);
  // Stored closes are read while the provider answers. If the read fails, the error is thrown after the call, at the await below.
  const beside = withStoredCloses(toAsk, job.signal, world);
  beside.catch(() => {});
  // Once several providers have failed, another attempt is unlikely to help, and the caller waits for the end of the chain.
  const brief = toAsk.every(({ tried }) => isOutage(tried)) || (unwell && isSparedAll(lane, toAsk, world));
  const answer = await ask(grant, toAsk, { signal: job.signal, brief }, world);
  return {
    unwell,
    claims: await beside,
    answer,
    left: leavesWants ? { ...ahead, rank: Math.max(...claims.map(({ rank }) => rank)) } : undefined,
  };
}

/** Takes the grant, then claims. */
async function begin(lane: Lane, job: Job, world: World): Promise<Begun | StepOutcome> {
  // When a lane's parking ends, all jobs of this process wake at once; the first refusal spares the others a round trip.
  const refusedForMs = world.asker.refusedForMs(lane.name);
  if (refusedForMs > 0) return { kind: 'parked', forMs: refusedForMs };
  const planned = world.lanes.planning() > 0 ? undefined : job.headStart?.ahead;
  // What the job's previous call left behind needs no look, which is a round trip: the claim takes nothing if that has changed.
  const ahead = planned ?? job.left ?? (await gather(lane, job.id, world));
  if (!ahead) return done;

  const cost = (symbols: number) => lane.cost(ahead.data, symbols);
  const grant = await world.asker.take(lane.name, {
    cost: cost(nextBatch(lane, ahead)),
    atLeast: cost(1),
    rank: ahead.rank,
  });
  const afterALook = () => begin(lane, { ...job, left: undefined, headStart: undefined }, world);
  // More urgent wants that have come meanwhile may get a grant where the ones left behind didn't.
  if (!grant.granted) return job.left ? afterALook() : park(lane, job, grant, world);
  const claims = await orGiveBack(grant, world, claim(lane, job, ahead, grant, world));
  if (claims) return { ahead, grant, claims };
  await world.asker.giveBack(grant);
  return afterALook();
}

/** Gives the grant back when a step before the call fails. Otherwise its quota would be lost, and if it was a probe's grant, no other call could probe. */
async function orGiveBack<T>(grant: CallGrant, world: World, before: Promise<T>): Promise<T> {
  try {
    return await before;
  } catch (error) {
    // The first error is the one to report.
    await world.asker.giveBack(grant).catch(() => {});
    throw error;
  }
}

/**
 * Claims the most urgent wants, as many as the grant pays for; more may have come since the look. On a turn by age, the oldest want may be
 * for other data: under a steady stream of urgent quotes, history would wait for ever. Null: the first want of the lane is no longer of
 * the kind that the grant was taken for.
 */
async function claim(
  lane: Lane,
  { id: callId, left }: Job,
  ahead: Ahead,
  grant: CallGrant,
  world: World,
): Promise<Claim[] | null> {
  // A call that takes all wants of the lane serves the oldest anyway.
  const byAge = isContended(lane, ahead) && grant.nth % BY_AGE_EVERY === 0;
  const oldest = byAge ? await world.record.peek(lane.name, callId, { batch: lane.batchBest('quote'), byAge }) : null;
  const { data } = oldest && lane.cost(oldest.data, 1) <= grant.cost ? oldest : ahead;
  const limit = affordable(lane.batchBest(data), grant.cost, (symbols) => lane.cost(data, symbols));
  for (let waitedMs = 0; ; waitedMs += YIELD_LOOK_MS) {
    const yields = !byAge && waitedMs < YIELD_MS;
    const onlyRank = left && !byAge ? ahead.rank : undefined;
    const claims = await world.record.claim(lane.name, callId, { data, limit, byAge, yields, onlyRank });
    if (claims.length > 0 || byAge) return claims;
    const there = await look(lane, callId, world);
    if (!there) return claims;
    if (there.data !== data || (left && there.rank !== ahead.rank)) return null;
    if (!yields) return claims;
    await world.pause(YIELD_LOOK_MS);
  }
}

function look(lane: Lane, callId: string, world: World): Promise<Ahead | null> {
  return world.record.peek(lane.name, callId, { batch: lane.batchBest('quote'), byAge: false });
}

const isSparedAll = ({ name }: Lane, claims: Claim[], { lanes }: World): boolean =>
  claims.every((claim) => isSpared(name, claim, lanes));

/** Looks what waits, and waits a moment for more if refreshes are being planned right now. */
async function gather(lane: Lane, callId: string, world: World): Promise<Ahead | null> {
  let ahead = await look(lane, callId, world);
  for (let waitedMs = 0; ahead && ahead.waiting < lane.batchBest(ahead.data) && waitedMs < COMPANY_MS; waitedMs += 2) {
    if (world.lanes.planning() === 0) break;
    await world.pause(2);
    if (world.lanes.planning() === 0 || waitedMs + 2 >= COMPANY_MS) ahead = await look(lane, callId, world);
  }
  return ahead;
}

/** Separates the claims that need no call: fresh already, because another call brought them, or poison. */
function sortOut(claims: Claim[]): { toAsk: Claim[]; settled: Settlement[] } {
  const toAsk: Claim[] = [];
  const settled: Settlement[] = [];
  for (const claim of claims) {
    const { symbol, data, fence, refreshId, stored } = claim;
    if (data === 'quote' && stored && stored.fetchedAt >= claim.freshAfter) {
      const { source, fetchedAt } = stored;
      settled.push({ symbol, data, fence, refreshId, outcome: 'already_fresh', source, fetchedAt });
    } else if (claim.claims > POISON_CLAIMS) {
      const detail = `${POISON_CLAIMS} workers died or lost this symbol in the middle of a call`;
      settled.push({
        symbol,
        data,
        fence,
        refreshId,
        outcome: 'given_up',
        kind: 'poison',
        detail,
        chain: claim.tried,
        nextRefreshAt: null,
      });
    } else toAsk.push(claim);
  }
  return { toAsk, settled };
}

async function landKnown(lane: Lane, job: Job, settlements: Settlement[], world: World): Promise<void> {
  const landing = { callId: job.id, lane: lane.name, receivedAt: world.now(), calls: 0, settlements };
  await ringFollowers(await world.record.land(landing, job.signal), world);
}

/** Makes one call for all claims. `brief`: a single short attempt, for a provider that isn't known to be well, or in an outage. */
function ask(
  grant: CallGrant,
  claims: Claim[],
  how: { signal: AbortSignal; brief: boolean },
  world: World,
): Promise<Answer> {
  const [first] = claims as [Claim];
  // One call asks for one range of sessions: the smallest that covers all claims.
  const sessions = (of: 'from' | 'to') => claims.flatMap((claim) => claim[of] ?? []).sort();
  return world.asker.ask(grant, {
    data: first.data,
    symbols: claims.map(({ symbol }) => symbol),
    from: sessions('from')[0],
    to: sessions('to').at(-1),
    rank: Math.min(...claims.map(({ rank }) => rank)),
    ...how,
  });
}
