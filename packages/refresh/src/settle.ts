import type { EarningsDate } from '@freshet/market';
import type { FailureKind, ProviderErrorKind, TriedProvider } from '@freshet/contracts';
import { judgeBars } from './judge-bars.ts';
import { judgeQuote, publishHeld } from './judge-quote.ts';
import { allShut } from './outage.ts';
import type { Answer, Claim, Settlement } from './ports.ts';
import { leaveSuspect } from './second-reading.ts';
import type { SettleContext, Trouble } from './settling.ts';
import { spareOf } from './spare.ts';

/** Reasons that may be gone in a moment; with one of them in the chain it is worth trying again. */
const PASSING: ReadonlySet<string> = new Set(['unavailable', 'malformed', 'rate_limited', 'quota_spent']);
/**
 * The provider can't be asked now, which says nothing of the symbols: they wait where they are, at no cost. Not where it has failed before:
 * what was sent to see whether it is well again would be sent there until its time is up.
 */
const NOT_NOW: ReadonlySet<ProviderErrorKind> = new Set(['rate_limited', 'quota_spent']);
/** A refusal of the whole batch that one bad symbol in it explains. */
const POISONS_BATCH: ReadonlySet<ProviderErrorKind> = new Set(['unknown_symbol', 'no_data']);

/** The reason of one whose price is older than the stored one. */
const OLDER = 'older';

/** So many providers that don't know a symbol which nobody has ever priced, and it is hardly one. */
const DOUBTFUL = 2;

/** What becomes of each claimed want, from the answer alone. */
export function settle(claims: Claim[], answer: Answer, context: SettleContext): Settlement[] {
  const given = new Map<string, number>();
  return claims.map((claim) => {
    const found = read(claim, answer, context);
    if ('outcome' in found) return telling(claim, found);
    const refused = refuse(claim, found, { batch: claims.length, given }, context);
    const end = noOpinion(refused) ? publish(claim, found, refused) : refused;
    const doubts = found.doubts && [...(end.doubts ?? []), ...found.doubts];
    return telling(claim, doubts ? { ...end, doubts } : end);
  });
}

/** Bars that came, or that nobody has, tell whether a price that looks like a split is one. */
function telling({ data, suspect, to }: Claim, end: Settlement): Settlement {
  if (data !== 'bars' || !to || suspect?.check !== 'split_gap') return end;
  const isOver = end.outcome === 'landed' || end.outcome === 'given_up' || end.outcome === 'rested';
  return isOver ? { ...end, tellsTo: to } : end;
}

/** A second opinion was wanted, and nobody is left who could give it now. */
function noOpinion({ outcome }: Settlement): boolean {
  return outcome === 'kept' || outcome === 'given_up' || outcome === 'rested';
}

/** What is held is published with its mark; where nothing is, it ends as it was refused. */
function publish(claim: Claim, trouble: Trouble, refused: Settlement): Settlement {
  if (claim.held) return publishHeld(claim, claim.held, trouble);
  return claim.heldBars ? leaveSuspect(claim, claim.heldBars, trouble) : refused;
}

/** What the answer holds for a claim: something to land, or the trouble. */
function read(claim: Claim, answer: Answer, context: SettleContext): Settlement | Trouble {
  const { symbol, data, fence, refreshId } = claim;
  const own = answer.errors.get(symbol);
  const trouble = own ?? answer.errors.get(null);
  if (data === 'quote') {
    const quote = answer.quotes.get(symbol);
    if (quote)
      return dated(judgeQuote(claim, { ...quote, fetchedAt: answer.receivedAt }, context), answer.earnings.get(symbol));
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

/** Some providers tell of the next report along with the price. */
function dated(end: Settlement | Trouble, earnings: EarningsDate | undefined): Settlement | Trouble {
  return earnings && 'outcome' in end && end.outcome === 'landed' ? { ...end, earnings } : end;
}

/** What else the same answer was for, and how much of it others are given. */
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
  // Who has refused it before wasn't asked again, and has said nothing of whether the symbol exists.
  const chain = [...tried, ...context.forbidden(others)];
  // Who has an old price has no new one a few seconds later: others may, and they aren't this job's to ask.
  if (!trouble.older && PASSING.has(trouble.kind)) {
    const { kind, detail } = trouble;
    return { symbol, data, fence, refreshId, outcome: context.lastAttempt ? 'rested' : 'kept', kind, detail, chain };
  }
  // Nor has who answered for good: those whose trouble may be over are asked again. What is held is published meanwhile.
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
    ...(unknown || empty ? inOneVoice(chain, unknown) : told(chain)),
    chain,
    nextRefreshAt: null,
    // History or a date that nobody has doesn't exist; a price does, and a symbol that is known has one again before long.
    ...(empty && data !== 'quote' && { skip: 'no_data' as const }),
    ...((empty || unknown) && data === 'bars' && { inVainTo: claim.to }),
    park: data === 'quote' && (unknown || (empty && claim.asset?.status !== 'active')),
  };
}

/** The first of those that were passed over for want of quota, which is no answer: it may be there by now, else what is asked waits for it. */
function onlyHadNoQuota(asked: Parameters<SettleContext['chain']>[0], { chain }: SettleContext): string | undefined {
  const tried = asked.tried.filter(({ reason }) => !(NOT_NOW as ReadonlySet<string>).has(reason));
  return tried.length < asked.tried.length ? chain({ ...asked, tried })[0] : undefined;
}

/** The first of those that were in trouble and are still on. */
function mayBeBack(asked: Parameters<SettleContext['chain']>[0], { chain }: SettleContext): string | undefined {
  const tried = asked.tried.filter(({ reason }) => !PASSING.has(reason));
  return tried.length < asked.tried.length ? chain({ ...asked, tried })[0] : undefined;
}

/** When all say the same, it isn't told in the words of whoever happened to be the last: each one's own are in the chain. */
function inOneVoice(chain: TriedProvider[], unknown: boolean): Told {
  const what = unknown ? 'knows this symbol' : 'has it';
  return { kind: unknown ? 'unknown_symbol' : 'no_data', detail: `no provider ${what} (asked: ${named(chain)})` };
}

type Told = { kind: FailureKind; detail: string };

/** Where somebody had a price, but an old one: what kept the others from a newer one. Else the last of them. */
function told(chain: TriedProvider[]): Told {
  const of = (wanted: (reason: string) => boolean) => chain.findLast(({ reason }) => wanted(reason));
  const older = of((reason) => reason === OLDER);
  const passing = of((reason) => PASSING.has(reason));
  const why = (one: TriedProvider) => ({ kind: one.reason as FailureKind, detail: one.detail ?? one.reason });
  if (older && passing) return why(passing);
  if (older) return { kind: 'no_data', detail: `no provider has a newer price (asked: ${named(chain)})` };
  return why(chain.at(-1) as TriedProvider);
}

const named = (chain: TriedProvider[]) => chain.map(({ provider }) => provider).join(', ');
