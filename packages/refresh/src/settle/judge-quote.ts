import { calendarOf, knowsHours } from '@freshet/calendar';
import { agree, checkQuote } from '@freshet/market';
import type { CheckName, Finding, Quote } from '@freshet/market';
import { convertFromUsdt, NO_USDT_RATE } from './convert-usdt.ts';
import { inKnownUnit } from './known-unit.ts';
import { outOfDate } from './out-of-date.ts';
import type { Claim, Doubt, HeldQuote, LandedQuote, Settlement, SuspectQuote } from '../ports.ts';
import type { SettleContext, Trouble } from './settling.ts';
import { crossChecked, goesOn, maySplit, suspectQuote } from './suspicion.ts';
import { timedBySession } from './timed-by-session.ts';

const SPLIT_GAP: CheckName = 'split_gap';

/**
 * Judges a quote by the checks. A wrong quote is refused, and the next provider is asked. A suspicious quote goes into quarantine while
 * another provider is asked for a second opinion: if both agree it is accepted; if not, the second one corrects it; if no other provider
 * can be asked, it is published as suspect.
 */
export function judgeQuote(
  claim: Claim,
  raw: Quote & { fetchedAt: Date },
  context: SettleContext,
): Settlement | Trouble {
  const converted = convertFromUsdt(inKnownUnit(timedBySession(raw, claim), claim), context.usdtRates);
  if (!converted) return NO_USDT_RATE;
  const finding = checkQuote(converted, {
    ...claim,
    now: context.now,
    openSince: openSince(claim, context.now),
    maySplit: () => maySplit(claim, context),
  });
  const provenance = { chain: claim.tried, checks: finding.passed, converted: converted.convertedBy ?? null };
  const quote: LandedQuote = { ...converted, source: context.lane, quality: 'good', provenance };
  switch (finding.verdict) {
    case 'refuse':
      return { kind: 'malformed', detail: finding.detail, whole: false, doubts: [doubt(finding, quote, 'rejected')] };
    case 'hold':
      return claim.held
        ? secondDoubt(claim, claim.held, quote, finding, context)
        : hold(claim, quote, finding, context);
    case 'pass':
      if (finding.older) return outOfDate(claim, quote, context);
      return claim.held
        ? secondOpinion(claim, claim.held, quote)
        : landed(
            claim,
            quote,
            finding.noted.map(({ check, detail }) => ({ ...plainDoubt(quote), check, detail, state: 'suspect' })),
          );
  }
}

type Held = Extract<Finding, { verdict: 'refuse' | 'hold' }>;

/** No provider is left for a second opinion: the held quote is published as suspect. */
export function publishHeld(claim: Claim, held: HeldQuote, { detail }: { detail: string }): Settlement {
  const nobody = `no second opinion could be had: ${detail}`;
  return { ...landed(claim, suspectQuote(claim, held.quote, held)), opinion: { state: 'suspect', detail: nobody } };
}

function hold(claim: Claim, quote: LandedQuote, finding: Held, context: SettleContext): Settlement {
  const { symbol, data, suspect } = claim;
  if (suspect?.seconded && goesOn(claim, quote, finding.check))
    return seconded(claim, suspect, quote, finding, context);
  const { check, detail, expected } = finding;
  const because = { provider: context.lane, reason: 'suspicious', detail };
  const [lane] = context.chain({ symbol, class: claim.class, data, tried: [...claim.tried, because] });
  const held: HeldQuote = { check, detail, expected, quote };
  if (!lane) return landed(claim, suspectQuote(claim, quote, held), [doubt(finding, quote, 'suspect')]);
  return { ...who(claim), outcome: 'held', lane, because, held, doubts: [doubt(finding, quote, 'held')] };
}

/** Two providers have said so before, and only whether it is a split was open: no other has to be asked again. */
function seconded(
  claim: Claim,
  suspect: SuspectQuote,
  quote: LandedQuote,
  finding: Held,
  context: SettleContext,
): Settlement {
  if (maySplit(claim, context))
    return landed(claim, suspectQuote(claim, quote, finding), [doubt(finding, quote, 'suspect')]);
  const detail = `${suspect.source} said the same: ${suspect.price}, and daily bars tell of no split`;
  const checked = crossChecked(quote, { check: finding.check, quote: suspect }, true);
  return { ...landed(claim, checked), opinion: { state: 'accepted', detail } };
}

/**
 * Settles a second opinion that is suspicious too. If both providers agree, the market has moved, unless both only guess at the unit.
 * Both also agree after a split. Until the split is known, holdings count the units from before it, so the price from before is kept in use.
 */
function secondDoubt(
  claim: Claim,
  held: HeldQuote,
  quote: LandedQuote,
  finding: Held,
  context: SettleContext,
): Settlement {
  const guessed = held.quote.convertedBy?.assumed && quote.convertedBy?.assumed;
  if (!guessed && agree(held.quote, quote, claim.asset?.volatility)) {
    const detail = `${quote.source} says the same: ${quote.price}`;
    const split = [held, finding].find(({ check }) => check === SPLIT_GAP);
    if (split && maySplit(claim, context)) {
      const marked = suspectQuote(claim, crossChecked(quote, held, true), split, true);
      const open = `${detail}; daily bars are to tell whether it has split`;
      return { ...landed(claim, marked), opinion: { state: 'suspect', detail: open } };
    }
    return { ...landed(claim, crossChecked(quote, held, true)), opinion: { state: 'accepted', detail } };
  }
  const because = { provider: context.lane, reason: 'suspicious', detail: finding.detail };
  const [lane] = context.chain({
    symbol: claim.symbol,
    class: claim.class,
    data: claim.data,
    tried: [...claim.tried, because],
  });
  if (lane) return { ...who(claim), outcome: 'held', lane, because, held, doubts: [doubt(finding, quote, 'held')] };
  return publishHeld(claim, held, {
    detail: `${quote.source} says ${quote.price}, which is suspicious as well`,
  });
}

/** Settles a second opinion that is above suspicion. */
function secondOpinion(claim: Claim, held: HeldQuote, quote: LandedQuote): Settlement {
  const same = agree(held.quote, quote, claim.asset?.volatility);
  const detail = `${quote.source} says ${quote.price}`;
  return {
    ...landed(claim, crossChecked(quote, held, same)),
    opinion: { state: same ? 'accepted' : 'corrected', detail },
  };
}

function landed(claim: Claim, quote: LandedQuote, doubts: Doubt[] = []): Extract<Settlement, { outcome: 'landed' }> {
  return { ...who(claim), outcome: 'landed', quote, ...(doubts.length > 0 && { doubts }) };
}

const who = ({ symbol, data, fence, refreshId }: Claim) => ({ symbol, data, fence, refreshId });

const plainDoubt = ({ source, price }: LandedQuote) => ({ source, price, expected: null });

function doubt({ check, detail, expected }: Held, { source, price }: LandedQuote, state: Doubt['state']): Doubt {
  const shown = state === 'rejected' && !(Number(price) > 0) ? null : price;
  return { check, state, source, price: shown, expected, detail };
}

/** When the running session opened; null while the market is closed, and where its hours aren't known. */
function openSince({ asset, class: assetClass }: Claim, now: Date): Date | null {
  if (!asset || !knowsHours(assetClass, asset.calendar)) return null;
  const moment = calendarOf(asset.calendar).sessionAt(now);
  return moment.state === 'open' ? moment.since : null;
}
