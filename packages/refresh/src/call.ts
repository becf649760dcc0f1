import { done, type Job, type StepOutcome } from './outcome.ts';
import type { Ahead, Answer, CallGrant, CallRefusal, Claim, Lane, Settlement, World } from './ports.ts';
import { ringFollowers } from './rings.ts';
import { settle } from './settle.ts';

/** A call that could go at once waits at most so long for company, and only while others are arriving. */
const COMPANY_MS = 10;
/** So many claims without an outcome, and a want is poison: it kills whoever asks for it. */
const POISON_CLAIMS = 5;

/**
 * One call of a lane: grant, claim, ask, land. The grant comes first, so that waiting for quota holds no want and no
 * slot; the claim comes as late as possible, so that whoever is most urgent at that moment is served.
 */
export async function call(laneName: string, job: Job, world: World): Promise<StepOutcome> {
  const lane = world.lanes.of(laneName);
  const ahead = await gather(lane, job.id, world);
  if (!ahead) return done;

  const most = Math.min(ahead.waiting, lane.batchBest(ahead.data));
  const cost = (symbols: number) => lane.cost(ahead.data, symbols);
  const grant = await world.asker.take(lane.name, { cost: cost(most), atLeast: cost(1), rank: ahead.rank });
  if (!grant.granted) return wait(lane, grant, world);

  const claims = await world.record.claim(lane.name, job.id, {
    data: ahead.data,
    limit: affordable(most, grant.cost, cost),
    byAge: await world.lanes.byAge(lane.name),
  });
  const { toAsk, settled } = sortOut(claims);
  if (settled.length > 0) await landKnown(lane, job.id, settled, claims, world);
  if (toAsk.length === 0) {
    await world.asker.giveBack(grant);
    return done;
  }
  const answer = await ask(lane, grant, toAsk, job, world);
  return land(lane, job, toAsk, answer, world);
}

/** What there is to ask for, after a moment's wait for company if refreshes are being planned right now. */
async function gather(lane: Lane, callId: string, world: World): Promise<Ahead | null> {
  const look = () => world.record.peek(lane.name, callId, lane.batchBest('quote'));
  let ahead = await look();
  for (let waitedMs = 0; ahead && ahead.waiting < lane.batchBest(ahead.data) && waitedMs < COMPANY_MS; waitedMs += 2) {
    if (!world.lanes.planning()) break;
    await world.pause(2);
    if (!world.lanes.planning() || waitedMs + 2 >= COMPANY_MS) ahead = await look();
  }
  return ahead;
}

/** The most symbols that a grant pays for; there may have been less room than was asked for. */
function affordable(most: number, granted: number, cost: (symbols: number) => number): number {
  let symbols = most;
  while (symbols > 1 && cost(symbols) > granted) symbols--;
  return symbols;
}

/** Refused: the lane is parked. When that is for long or for trouble, those who can go elsewhere go, and the hopeless are told. */
async function wait(lane: Lane, refusal: CallRefusal, world: World): Promise<StepOutcome> {
  const troubled = refusal.kind === 'unavailable' || refusal.kind === 'bad_key';
  if (troubled || refusal.retryInMs > world.lanes.patienceMs) {
    const until = new Date(world.now().getTime() + refusal.retryInMs);
    const why = { provider: lane.name, reason: refusal.kind, detail: refusal.because };
    const landed = await world.record.clearParkedLane(lane.name, { until, why }, (want) => {
      const [next] = world.lanes.chain({ ...want, tried: [...want.tried, why] });
      return next ?? null;
    });
    await ringFollowers(landed, world);
  }
  return { kind: 'parked', forMs: refusal.retryInMs };
}

/** What needs no call: fresh already (somebody else's call brought it), or poison. */
function sortOut(claims: Claim[]): { toAsk: Claim[]; settled: Settlement[] } {
  const toAsk: Claim[] = [];
  const settled: Settlement[] = [];
  for (const claim of claims) {
    const { symbol, data, fence, refreshId, stored } = claim;
    if (data === 'quote' && stored && stored.fetchedAt >= claim.freshAfter) {
      settled.push({ symbol, data, fence, refreshId, outcome: 'already_fresh', source: stored.source });
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

async function landKnown(
  lane: Lane,
  callId: string,
  settlements: Settlement[],
  claims: Claim[],
  world: World,
): Promise<void> {
  const fresh = new Set(settlements.filter(({ outcome }) => outcome === 'already_fresh').map(({ symbol }) => symbol));
  const oldest = claims.reduce<Date>(
    (first, { symbol, stored }) => (fresh.has(symbol) && stored && stored.fetchedAt < first ? stored.fetchedAt : first),
    world.now(),
  );
  await ringFollowers(
    await world.record.land({ callId, lane: lane.name, receivedAt: oldest, calls: 0, settlements }),
    world,
  );
}

function ask(lane: Lane, grant: CallGrant, claims: Claim[], job: Job, world: World): Promise<Answer> {
  const [first] = claims as [Claim];
  return world.asker.ask(grant, {
    data: first.data,
    symbols: claims.map(({ symbol }) => symbol),
    from: first.from ?? undefined,
    to: first.to ?? undefined,
    rank: Math.min(...claims.map(({ rank }) => rank)),
    signal: job.signal,
  });
}

/** Lands the answer. Symbols that nobody could serve for a passing reason stay claimed, and the job is tried again. */
async function land(lane: Lane, job: Job, claims: Claim[], answer: Answer, world: World): Promise<StepOutcome> {
  const { settlements, again } = settle(claims, answer, {
    lane: lane.name,
    lastAttempt: job.lastAttempt,
    now: world.now(),
    usdtRate: await world.asker.usdtRate(),
    chain: (want) => world.lanes.chain(want),
  });
  const landed = await world.record.land({
    callId: job.id,
    lane: lane.name,
    receivedAt: answer.receivedAt,
    calls: answer.calls,
    settlements,
  });
  if (landed.fencedOut > 0)
    world.log.warn({ lane: lane.name, job: job.id, symbols: landed.fencedOut }, 'a late answer was fenced out');
  await ringFollowers(landed, world);
  if (settlements.some(({ outcome }) => outcome === 'released')) await world.ring.lane(lane.name, 2);

  const given = settlements.filter((end) => end.outcome === 'rested');
  const troubled = [...again.map(({ symbol }) => symbol), ...given.map(({ symbol }) => symbol)];
  if (troubled.length === 0) return done;
  const why = again[0]?.detail ?? given.map((end) => ('detail' in end ? end.detail : ''))[0] ?? '';
  await job.log(`${lane.name}: ${troubled.join(', ')}: ${why}`);
  return { kind: 'failed', error: new Error(`nobody could serve ${troubled.slice(0, 20).join(', ')}: ${why}`) };
}
