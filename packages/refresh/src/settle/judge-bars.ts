import { calendarOf } from '@freshet/calendar';
import { type Bar, type BarFinding, checkBars, type SessionDate, splitsThatShow } from '@freshet/market';
import { askedFrom } from './asked-from.ts';
import { convertBarsFromUsdt, NO_USDT_RATE } from './convert-usdt.ts';
import { barsInKnownUnit, NO_UNIT } from './known-unit.ts';
import type { Claim, Doubt, HeldBars, Settlement } from '../ports.ts';
import { secondReading } from './second-reading.ts';
import type { SettleContext, Trouble } from './settling.ts';

/**
 * Judges daily bars by the checks. Bars that can't be true aren't stored. Suspicious bars (a slip by a hundred, a split that no provider
 * declared) are stored as suspect: they are shown, and never calculated with. For both, another provider is asked, whose second opinion
 * accepts, corrects or leaves them suspect. It is asked now, because a session that lies behind the overlap is never read again.
 */
export function judgeBars(claim: Claim, raw: Bar[], context: SettleContext): Settlement | Trouble {
  const known = barsInKnownUnit(raw, claim);
  if (!known) return NO_UNIT;
  const converted = convertBarsFromUsdt(known, context.usdtRates);
  if (!converted) return NO_USDT_RATE;
  const bars = withSplitsThatShow(converted, claim);
  const { asset } = claim;
  const until = asset ? lastSession(asset.calendar, context.now) : null;
  const currency = asset?.status === 'active' ? asset.currency : null;
  const findings = checkBars(bars, {
    until,
    currency,
    volatility: asset?.volatility,
    asTraded: true,
    stored: claim.storedCloses,
  });
  const [refused, suspect] = [sessionsOf(findings, 'refuse'), sessionsOf(findings, 'hold')];
  const kept = refused.size > 0 ? bars.filter(({ session }) => !refused.has(session)) : bars;
  if (claim.heldBars) return secondReading(claim, claim.heldBars, kept, { findings, suspect }, context);
  if (kept.length === 0) {
    const detail = `none of its bars can be right: ${findings[0]?.detail}`;
    return { kind: 'malformed', detail, whole: false, doubts: doubtPerCheck(findings, context.lane, 'suspect') };
  }
  const held = heldBars(bars, findings, context.lane, asset?.calendar ?? 'XNYS');
  const second = held && secondLane(claim, held, context);
  // A provider that corrects itself is believed when no other can be asked: its bars fit what is stored further back.
  const corrects = second ? new Set<SessionDate>() : correctionsIn(findings, bars, claim);
  const disbelieved = new Set(findings.flatMap((one) => (one.disbelieved ? [one.session] : [])));
  const stored = {
    ...who(claim),
    bars: withoutSplits(kept, disbelieved),
    suspectSessions: [...suspect].filter((session) => !corrects.has(session)),
    askedFrom: askedFrom(claim, context),
    calendar: asset?.calendar,
  };
  const doubts = doubtPerCheck(
    findings.filter(({ session }) => !corrects.has(session)),
    context.lane,
    second ? 'held' : 'suspect',
  );
  const told = doubts.length > 0 && { doubts };
  return held && second
    ? { ...stored, outcome: 'held_bars', ...second, heldBars: held, ...told }
    : { ...stored, outcome: 'landed', ...told };
}

const who = ({ symbol, data, fence, refreshId }: Claim) => ({ symbol, data, fence, refreshId });

const sessionsOf = (findings: readonly BarFinding[], verdict: BarFinding['verdict']) =>
  new Set(findings.filter((finding) => finding.verdict === verdict).map(({ session }) => session));

/**
 * Sessions whose only finding is that they differ from the stored close, or follow one that does. Without a stored close before the first
 * bar there is nothing to judge that by.
 */
function correctionsIn(
  findings: readonly BarFinding[],
  bars: readonly Bar[],
  { storedCloses }: Claim,
): Set<SessionDate> {
  const first = bars[0]?.session ?? '';
  if (!storedCloses?.some(({ session }) => session < first)) return new Set();
  const others = new Set(findings.flatMap((one) => (one.corrects || one.verdict === 'note' ? [] : [one.session])));
  return new Set(findings.flatMap((one) => (one.corrects && !others.has(one.session) ? [one.session] : [])));
}

/** A provider that leaves out a split which is stored and which prices show doesn't undo it. */
function withSplitsThatShow(bars: Bar[], { storedCloses }: Claim): Bar[] {
  const shown = splitsThatShow(storedCloses ?? []);
  if (shown.size === 0) return bars;
  return bars.map((bar) => (bar.splitRatio ? bar : { ...bar, splitRatio: shown.get(bar.session) ?? null }));
}

/** A split multiplies units, so one that prices don't show isn't stored until another provider declares it. */
function withoutSplits(bars: readonly Bar[], of: ReadonlySet<SessionDate>): Bar[] {
  return bars.map((bar) => (of.has(bar.session) ? { ...bar, splitRatio: null } : bar));
}

/** The sessions that need a second opinion; null when none does. Refused bars of days without trading and of the future aren't missed. */
function heldBars(
  bars: readonly Bar[],
  findings: readonly BarFinding[],
  source: string,
  calendarId: string,
): HeldBars | null {
  const calendar = calendarOf(calendarId);
  const questions = findings.filter(
    ({ session, check, verdict }) =>
      verdict === 'hold' || (verdict === 'refuse' && check !== 'not_from_the_future' && calendar.isSession(session)),
  );
  const [first] = questions;
  if (!first) return null;
  const { check, detail } = questions.find(({ verdict }) => verdict === 'hold') ?? first;
  const refused = sessionsOf(questions, 'refuse');
  const asked = new Set(questions.flatMap(({ session }) => (refused.has(session) ? [] : [session])));
  const closes = bars.flatMap(({ session, close }) => (asked.has(session) ? [[session, close]] : []));
  const of = (wanted: (one: BarFinding) => boolean) => questions.flatMap((one) => (wanted(one) ? [one.session] : []));
  const disbelieved = of((one) => one.disbelieved === true);
  const splitGaps = of((one) => one.check === 'split_gap' && !one.disbelieved && !one.corrects);
  return {
    ...{ source, check, detail, closes: Object.fromEntries(closes) },
    ...(refused.size > 0 && { refused: [...refused] }),
    ...(splitGaps.length > 0 && { splitGaps }),
    ...(disbelieved.length > 0 && { disbelieved }),
  };
}

/** The lane to ask for a second opinion, if there is one. */
function secondLane(claim: Claim, { source, detail }: HeldBars, { chain }: SettleContext) {
  const because = { provider: source, reason: 'suspicious', detail };
  const tried = [...claim.tried, because];
  const [lane] = chain({ symbol: claim.symbol, class: claim.class, data: claim.data, tried });
  return lane ? { lane, because } : null;
}

const DAY_MS = 86_400_000;

/** The last session that can have begun. Exchanges whose calendar isn't known here may be a day ahead. */
function lastSession(calendarId: string, now: Date): SessionDate {
  const calendar = calendarOf(calendarId);
  if (calendar.id === '24/5') return calendar.dateAt(new Date(now.getTime() + DAY_MS));
  return calendar.sessionAt(now).latestSession.date;
}

/** One doubt for each check, however many sessions it objects to. */
function doubtPerCheck(findings: readonly BarFinding[], source: string, held: 'held' | 'suspect'): Doubt[] {
  const worth = findings.filter(({ verdict }) => verdict !== 'note');
  return [...Map.groupBy(worth, ({ check }) => check)].map(([check, own]) => {
    const [first, last] = [own[0] as BarFinding, own.at(-1) as BarFinding];
    const when = own.length === 1 ? first.session : `${own.length} sessions from ${first.session} to ${last.session}`;
    const state = own.some(({ verdict }) => verdict === 'hold') ? held : 'rejected';
    return { check: `bars.${check}`, state, source, price: null, expected: null, detail: `${when}: ${first.detail}` };
  });
}
