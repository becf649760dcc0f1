import { affordable, isContended, mostOf } from './ahead.ts';
import type { Begun } from './early-grant.ts';
import { done, type Job, type StepOutcome } from './outcome.ts';
import type { Ahead, Answer, CallGrant, Claim, Lane, Settlement, World } from './ports.ts';
import { isOutage } from './outage.ts';
import { park } from './park.ts';
import { ringFollowers } from './rings.ts';
import { isSpared } from './spare.ts';
import { withStoredCloses } from './with-stored-closes.ts';

/** A call that could go at once waits at most so long for company, and only while others are arriving. */
const COMPANY_MS = 10;
/** So long a call with its grant lets a more urgent refresh that was just recorded be planned before it. */
const YIELD_MS = 150;
const YIELD_LOOK_MS = 5;
/** So many claims without an outcome, and a want is poison: it kills whoever asks for it. */
const POISON_CLAIMS = 5;

/** Every tenth call of a lane goes to what has waited longest, whatever its class: nobody starves. */
const BY_AGE_EVERY = 10;

/** What was asked, and what came; `left`: it took less than waits, and what seems to be next. */
export interface Answered {
  claims: Claim[];
  answer: Answer;
  left: Ahead | undefined;
  /** The provider wasn't known to be well when it was asked. */
  unwell: boolean;
}

/** The call itself: grant, claim, ask. An outcome when there was nothing to ask for, or no leave to. */
export async function lookAndAsk(lane: Lane, job: Job, world: World): Promise<Answered | StepOutcome> {
  const begun = job.headStart?.begun ?? (await begin(lane, job, world));
  if ('kind' in begun) return begun;
  const { ahead, grant, claims } = begun;

  const { toAsk, settled } = sortOut(claims);
  if (settled.length > 0) await orGiveBack(grant, world, landKnown(lane, job, settled, world));
  if (toAsk.length === 0) {
    await world.asker.giveBack(grant);
    // Whoever was ahead may be in the hands of another call at this very moment, and more wait behind them.
    if (claims.length === 0 && (await look(lane, job.id, world))) await world.ring.lane(lane.name, 1, ahead.rank);
    return done;
  }
  // A lane holds fewer jobs than there may be calls to make, so whoever leaves some behind sees to it that one waits.
  const contended = isContended(lane, ahead);
  if (contended && !job.left) void world.ring.lane(lane.name, 2, ahead.rank, 2);
  const unwell = grant.probe === true || world.lanes.isUnwell(lane.name);
  // What is stored is read while the provider is asked. That it failed is heard when the call is over, and no sooner.
  const beside = withStoredCloses(toAsk, job.signal, world);
  beside.catch(() => {});
  // Where several have failed already it is no hiccup that another attempt would get over, and their caller waits for the end of the chain.
  const brief = toAsk.every(({ tried }) => isOutage(tried)) || (unwell && isSparedAll(lane, toAsk, world));
  const answer = await ask(grant, toAsk, { signal: job.signal, brief }, world);
  return {
    unwell,
    claims: await beside,
    answer,
    left: contended ? { ...ahead, rank: Math.max(...claims.map(({ rank }) => rank)) } : undefined,
  };
}

/** The grant, and then the claims. */
async function begin(lane: Lane, job: Job, world: World): Promise<Begun | StepOutcome> {
  // A process takes as many jobs of a lane as may run at once, and all of them are woken by the first free place.
  const refusedForMs = world.asker.refusedForMs(lane.name);
  if (refusedForMs > 0) return { kind: 'parked', forMs: refusedForMs };
  const planned = world.lanes.planning() > 0 ? undefined : job.headStart?.ahead;
  // What the call before left behind needs no look, which is a round trip: the claim takes nothing if it is otherwise by then.
  const ahead = planned ?? job.left ?? (await gather(lane, job.id, world));
  if (!ahead) return done;

  const cost = (symbols: number) => lane.cost(ahead.data, symbols);
  const grant = await world.asker.take(lane.name, {
    cost: cost(mostOf(lane, ahead)),
    atLeast: cost(1),
    rank: ahead.rank,
  });
  const afterALook = () => begin(lane, { ...job, left: undefined, headStart: undefined }, world);
  // Whoever is more urgent than what was left there may be granted what that wasn't.
  if (!grant.granted) return job.left ? afterALook() : park(lane, job, grant, world);
  const claims = await orGiveBack(grant, world, claim(lane, job, ahead, grant, world));
  if (claims) return { ahead, grant, claims };
  await world.asker.giveBack(grant);
  return afterALook();
}

/** What fails before the call goes out gives the grant back: nobody else would, and where the call was to be a probe, nobody else could probe. */
async function orGiveBack<T>(grant: CallGrant, world: World, before: Promise<T>): Promise<T> {
  try {
    return await before;
  } catch (error) {
    // Why there is no call is what is to be told.
    await world.asker.giveBack(grant).catch(() => {});
    throw error;
  }
}

/**
 * Claims as much of what is most urgent as the grant pays for; more may have come since it was looked at. When it is the turn of what has
 * waited longest, that may be other data: under a steady stream of urgent quotes, history would wait for ever. Null: what is first now
 * isn't what the grant was taken for.
 */
async function claim(
  lane: Lane,
  { id: callId, left }: Job,
  ahead: Ahead,
  grant: CallGrant,
  world: World,
): Promise<Claim[] | null> {
  // When the call takes all that waits, nobody is older than who is served.
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

/** What there is to ask for, after a moment's wait for company if refreshes are being planned right now. */
async function gather(lane: Lane, callId: string, world: World): Promise<Ahead | null> {
  let ahead = await look(lane, callId, world);
  for (let waitedMs = 0; ahead && ahead.waiting < lane.batchBest(ahead.data) && waitedMs < COMPANY_MS; waitedMs += 2) {
    if (world.lanes.planning() === 0) break;
    await world.pause(2);
    if (world.lanes.planning() === 0 || waitedMs + 2 >= COMPANY_MS) ahead = await look(lane, callId, world);
  }
  return ahead;
}

/** What needs no call: fresh already (somebody else's call brought it), or poison. */
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

/** One call for all of these. `brief`: one attempt that ends early, for a provider of which nobody knows whether it is well, or in an outage. */
function ask(
  grant: CallGrant,
  claims: Claim[],
  how: { signal: AbortSignal; brief: boolean },
  world: World,
): Promise<Answer> {
  const [first] = claims as [Claim];
  // One call asks for one range: the one that holds them all.
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
