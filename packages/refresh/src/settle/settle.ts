import type { EarningsDate } from '@freshet/market';
import type { FailureKind, ProviderErrorKind, TriedProvider } from '@freshet/contracts';
import { judgeBars } from './judge-bars.ts';
import { judgeQuote, publishHeld } from './judge-quote.ts';
import { allShut } from '../call/outage.ts';
import type { Answer, Claim, Settlement } from '../ports.ts';
import { leaveSuspect } from './second-reading.ts';
import type { SettleContext, Trouble } from './settling.ts';
import { spareOf } from '../call/spare.ts';

/** Reasons that may pass: a want that ends with one of them is worth trying again. */
const PASSING: ReadonlySet<string> = new Set(['unavailable', 'malformed', 'rate_limited', 'quota_spent']);
/**
 * The provider can't be asked now, whatever the symbol: the wants wait in their lane, and no attempt is counted. A provider that isn't known
 * to be well is the exception: a want that was sent to try it would wait there until its deadline.
 */
const NOT_NOW: ReadonlySet<ProviderErrorKind> = new Set(['rate_limited', 'quota_spent']);
/** Refusals of a whole batch that one bad symbol in it may have caused. */
const POISONS_BATCH: ReadonlySet<ProviderErrorKind> = new Set(['unknown_symbol', 'no_data']);

/** The reason that is noted for a provider whose price is older than the stored one. */
const OLDER = 'older';

/** A symbol without any good price that so many providers don't know is doubtful. */
const DOUBTFUL = 2;

/** Decides from the answer what becomes of each claimed want. Pure. */
export function settle(claims: Claim[], answer: Answer, context: SettleContext): Settlement[] {
  const given = new Map<string, number>();
  return claims.map((claim) => {
    const found = read(claim, answer, context);
    if ('outcome' in found) return withSplitAnswer(claim, found);
    const refused = refuse(claim, found, { batch: claims.length, given }, context);
    const end = noOpinion(refused) ? publish(claim, found, refused) : refused;
    const doubts = found.doubts && [...(end.doubts ?? []), ...found.doubts];
    return withSplitAnswer(claim, doubts ? { ...end, doubts } : end);
  });
}

/** Notes the session up to which bars, or their definite absence, now answer whether the suspicious price was a split. */
function withSplitAnswer({ data, suspect, to }: Claim, end: Settlement): Settlement {
  if (data !== 'bars' || !to || suspect?.check !== 'split_gap') return end;
  const isOver = end.outcome === 'landed' || end.outcome === 'given_up' || end.outcome === 'rested';
  return isOver ? { ...end, tellsTo: to } : end;
}

/** No provider is left to ask now: a quote or bars that wait for a second opinion won't get one. */
function noOpinion({ outcome }: Settlement): boolean {
  return outcome === 'kept' || outcome === 'given_up' || outcome === 'rested';
}

/** Publishes what is held, as suspect. A want that holds nothing ends as it was refused. */
function publish(claim: Claim, trouble: Trouble, refused: Settlement): Settlement {
  if (claim.held) return publishHeld(claim, claim.held, trouble);
  return claim.heldBars ? leaveSuspect(claim, claim.heldBars, trouble) : refused;
}

/** What the answer has for a claim: a settlement, or the trouble. */
function read(claim: Claim, answer: Answer, context: SettleContext): Settlement | Trouble {
  const { symbol, data, fence, refreshId } = claim;
  const own = answer.errors.get(symbol);
  const trouble = own ?? answer.errors.get(null);
  if (data === 'quote') {
    const quote = answer.quotes.get(symbol);
    if (quote)
      return withEarningsDate(
        judgeQuote(claim, { ...quote, fetchedAt: answer.receivedAt }, context),
        answer.earnings.get(symbol),
      );
  } else if (data === 'bars') {
    const bars = answer.bars.get(symbol);
    if (bars && bars.length > 0) return judgeBars(claim, bars, context);
  } else {
    const earnings = answer.earnings.get(symbol);
    if (earnings) return { symbol, data, fence, refreshId, outcome: 'landed', earnings };
  }
  if (!trouble) return { kind: 'no_data', detail: `${context.lane} answered without it`, whole: false };
  return { kind: trouble.kind, detail: trouble.detail, whole: !own };
}

/** Adds the earnings date that some providers send along with the price. */
function withEarningsDate(end: Settlement | Trouble, earnings: EarningsDate | undefined): Settlement | Trouble {
  return earnings && 'outcome' in end && end.outcome === 'landed' ? { ...end, earnings } : end;
}

/** `batch`: the claims that the same answer was for. `given`: how many of them were moved to each spare lane so far. */
interface Together {
  batch: number;
  given: Map<string, number>;
}

function refuse(claim: Claim, trouble: Trouble, { batch, given }: Together, context: SettleContext): Settlement {
  const { symbol, data, fence, refreshId } = claim;
  if (NOT_NOW.has(trouble.kind)) {
    const because: TriedProvider = { provider: context.lane, reason: trouble.kind, detail: trouble.detail };
    const spare = context.unwell ? spareOf(claim, because, context, given) : undefined;
    if (spare) {
      given.set(spare, (given.get(spare) ?? 0) + 1);
      return { symbol, data, fence, refreshId, outcome: 'passed_on', lane: spare, because };
    }
    return { symbol, data, fence, refreshId, outcome: 'released', batchCap: claim.batchCap };
  }
  if (trouble.whole && batch > 1 && POISONS_BATCH.has(trouble.kind)) {
    return { symbol, data, fence, refreshId, outcome: 'released', batchCap: Math.ceil(batch / 2) };
  }
  const reason = trouble.older ? OLDER : trouble.kind;
  const because: TriedProvider = { provider: context.lane, reason, detail: trouble.detail };
  const tried = [...claim.tried, because];
  const unknownTo = tried.filter(({ reason }) => reason === 'unknown_symbol').length;
  const doubtful = claim.asset?.status !== 'active' && unknownTo >= DOUBTFUL;
  const others = { symbol, class: claim.class, data, tried, doubtful };
  const shut = allShut(others, context);
  if (shut) {
    const { kind, detail } = trouble;
    const chain = [...tried, ...shut, ...context.forbidden(others)];
    return { symbol, data, fence, refreshId, outcome: 'given_up', kind, detail, chain, nextRefreshAt: null };
  }
  const [next] = context.chain(others);
  if (next) return { symbol, data, fence, refreshId, outcome: 'passed_on', lane: next, because };
  const unasked = claim.held || claim.heldBars ? undefined : onlyHadNoQuota(others, context);
  if (unasked) return { symbol, data, fence, refreshId, outcome: 'passed_on', lane: unasked, because };
  // Providers whose plan forbids the symbol weren't asked; they say nothing about whether it exists.
  const chain = [...tried, ...context.forbidden(others)];
  // An old price won't be newer at this job's next attempt, so that case isn't kept for one.
  if (!trouble.older && PASSING.has(trouble.kind)) {
    const { kind, detail } = trouble;
    return { symbol, data, fence, refreshId, outcome: context.lastAttempt ? 'rested' : 'kept', kind, detail, chain };
  }
  // This provider's answer is final, but earlier ones only had passing trouble: ask them again. Something held is published instead.
  const again = trouble.older || claim.held || claim.heldBars ? undefined : mayBeBack(others, context);
  if (again) return { symbol, data, fence, refreshId, outcome: 'passed_on', lane: again, because };
  const empty = chain.every(({ reason }) => reason === 'no_data');
  const unknown = !empty && chain.every(({ reason }) => reason === 'unknown_symbol' || reason === 'no_data');
  return {
    symbol,
    data,
    fence,
    refreshId,
    outcome: 'given_up',
    ...(unknown || empty ? unanimous(chain, unknown) : reasonToTell(chain)),
    chain,
    nextRefreshAt: null,
    // History or a date that no provider has doesn't exist: skipped. A price does exist somewhere: failed.
    ...(empty && data !== 'quote' && { skip: 'no_data' as const }),
    ...((empty || unknown) && data === 'bars' && { inVainTo: claim.to }),
    park: data === 'quote' && (unknown || (empty && claim.asset?.status !== 'active')),
  };
}

/** The first provider that was tried and only lacked quota, which is no answer. The want waits there if it still does. */
function onlyHadNoQuota(asked: Parameters<SettleContext['chain']>[0], { chain }: SettleContext): string | undefined {
  const tried = asked.tried.filter(({ reason }) => !(NOT_NOW as ReadonlySet<string>).has(reason));
  return tried.length < asked.tried.length ? chain({ ...asked, tried })[0] : undefined;
}

/** The first provider that was tried, had passing trouble, and is still in the chain. */
function mayBeBack(asked: Parameters<SettleContext['chain']>[0], { chain }: SettleContext): string | undefined {
  const tried = asked.tried.filter(({ reason }) => !PASSING.has(reason));
  return tried.length < asked.tried.length ? chain({ ...asked, tried })[0] : undefined;
}

/** When all providers give the same reason, one sentence tells it; the words of each are in the chain. */
function unanimous(chain: TriedProvider[], unknown: boolean): ReasonToTell {
  const what = unknown ? 'knows this symbol' : 'has it';
  return { kind: unknown ? 'unknown_symbol' : 'no_data', detail: `no provider ${what} (asked: ${named(chain)})` };
}

type ReasonToTell = { kind: FailureKind; detail: string };

/** The reason to tell: if a provider had only an older price, what kept the others from a newer one; else the last provider's reason. */
function reasonToTell(chain: TriedProvider[]): ReasonToTell {
  const of = (wanted: (reason: string) => boolean) => chain.findLast(({ reason }) => wanted(reason));
  const older = of((reason) => reason === OLDER);
  const passing = of((reason) => PASSING.has(reason));
  const why = (one: TriedProvider) => ({ kind: one.reason as FailureKind, detail: one.detail ?? one.reason });
  if (older && passing) return why(passing);
  if (older) return { kind: 'no_data', detail: `no provider has a newer price (asked: ${named(chain)})` };
  return why(chain.at(-1) as TriedProvider);
}

const named = (chain: TriedProvider[]) => chain.map(({ provider }) => provider).join(', ');
