import type { MarketSymbol } from '@freshet/market';
import { speaksOfUsdt } from '../settle/convert-usdt.ts';
import { type Answered, lookAndAsk } from './look-and-ask.ts';
import { done, type Job, type StepOutcome } from '../outcome.ts';
import type { Ahead, Answer, Claim, Landed, Landing, Lane, Settlement, World } from '../ports.ts';
import { ringFollowers } from '../rings.ts';
import { settle } from '../settle/settle.ts';

/**
 * One call of a lane: grant, claim, ask, land. The grant comes first, so that waiting for quota holds no want and no
 * slot. The claim comes as late as possible, so that it takes the wants that are most urgent by then.
 */
export function call(laneName: string, job: Job, world: World): Promise<StepOutcome> {
  const lane = world.lanes.of(laneName);
  const askNext = () => lookAndAsk(lane, job, world);
  // A head start doesn't wait for a free place: what it can't do is left to a job of the lane.
  const asked = job.headStart ? askNext() : world.asker.attend(lane.name, askNext);
  // Chained with `then`, so that the answer can be collected once it has become settlements, and these while they land.
  return asked.then((came) =>
    'kind' in came ? came : concluded(lane, job, came, world).then((end) => land(lane, job, end, world)),
  );
}

/** What to land, and what to do after that. */
interface Conclusion {
  landing: Landing;
  /** Some wants go back to this lane, to be asked for later. */
  releases: boolean;
  /** Wants that no provider could serve, for a reason that may pass: the job is tried again. */
  troubled: { symbols: MarketSymbol[]; why: string } | null;
  left: Ahead | undefined;
}

async function concluded(
  lane: Lane,
  job: Job,
  { claims, answer, left, unwell }: Answered,
  world: World,
): Promise<Conclusion> {
  noteSpoiler(lane, claims, answer, world);
  noteForbidden(lane, claims, answer, world);
  const settled = settle(claims, answer, {
    lane: lane.name,
    lastAttempt: job.lastAttempt,
    now: world.now(),
    usdtRates: speaksOfUsdt(answer) ? await world.asker.usdtRates(job.signal) : null,
    unwell,
    chain: (want) => world.lanes.chain(want),
    room: (name, data) => world.lanes.room(name, data),
    shutBecause: (name) => world.lanes.shutBecause(name),
    forbidden: (want) => world.lanes.forbidden(want),
    historyDays: (name) => world.lanes.historyDays(name),
  });
  const settlements = job.headStart ? settled.map(leftToTheLane) : settled;
  const { receivedAt, calls } = answer;
  const troubled = settlements.filter((end) => end.outcome === 'kept' || end.outcome === 'rested');
  const [first] = troubled;
  return {
    landing: { callId: job.id, lane: lane.name, receivedAt, calls, settlements },
    releases: settlements.some(({ outcome }) => outcome === 'released'),
    troubled: first ? { symbols: troubled.map(({ symbol }) => symbol), why: `${first.kind}: ${first.detail}` } : null,
    left,
  };
}

function land(lane: Lane, job: Job, { landing, ...after }: Conclusion, world: World): Promise<StepOutcome> {
  return world.record.land(landing, job.signal).then((landed) => afterLanding(lane, job, landed, after, world));
}

async function afterLanding(
  lane: Lane,
  job: Job,
  landed: Landed,
  { releases, troubled, left }: Omit<Conclusion, 'landing'>,
  world: World,
): Promise<StepOutcome> {
  if (landed.fencedOut > 0)
    world.log.warn(
      { lane: lane.name, job: job.id, symbols: landed.fencedOut },
      'an answer came too late for some wants: another call had taken them',
    );
  await ringFollowers(landed, world);
  if (releases) await world.ring.lane(lane.name, 2);
  if (!troubled) return left ? { kind: 'done', left } : done;
  const { symbols, why } = troubled;
  await job.log(`${lane.name}: ${symbols.join(', ')}: ${why}`);
  return { kind: 'failed', error: new Error(`nobody could serve ${symbols.slice(0, 20).join(', ')}: ${why}`) };
}

/** A call for one symbol that was refused as a whole: so would be every batch with that symbol. */
function noteSpoiler(lane: Lane, claims: Claim[], { errors }: Answer, { lanes }: World): void {
  const [only, ...others] = claims;
  if (!only || others.length > 0 || errors.get(null)?.kind !== 'unknown_symbol') return;
  if (lane.batchBest(only.data) > 1) lanes.spoils(lane.name, only.symbol, only.data);
}

/** A provider's plan may forbid a batch as such: only the refusal of a single symbol is sure to be repeated. */
function noteForbidden(lane: Lane, claims: Claim[], { errors }: Answer, { lanes }: World): void {
  for (const { symbol, data } of claims) {
    const refusal = errors.get(symbol) ?? (claims.length === 1 ? errors.get(null) : undefined);
    if (refusal?.kind === 'plan_forbids') lanes.forbids(lane.name, symbol, data, refusal.detail);
  }
}

/** A head start has no job that would try again: its wants go back to the lane, for a job there. */
function leftToTheLane(settlement: Settlement): Settlement {
  if (settlement.outcome !== 'kept') return settlement;
  const { symbol, data, fence, refreshId, doubts } = settlement;
  return { symbol, data, fence, refreshId, doubts, outcome: 'released', batchCap: null };
}
