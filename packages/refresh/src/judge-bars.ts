import { calendarOf } from '@freshet/calendar';
import { type Bar, type BarFinding, checkBars, type SessionDate } from '@freshet/market';
import { convertBarsFromUsdt, NO_USDT_RATE } from './convert-usdt.ts';
import { barsInKnownUnit, NO_UNIT } from './known-unit.ts';
import { reachOf } from './missing-history.ts';
import type { Claim, Doubt, HeldBars, Settlement } from './ports.ts';
import { secondReading } from './second-reading.ts';
import type { SettleContext, Trouble } from './settling.ts';

/**
 * Holds daily bars against the checks. What can't be true isn't stored; what is suspicious (a slip by a hundred, a split that
 * nobody declared) is stored with that mark, so that it is seen and never calculated with, while another provider is asked for a
 * second opinion: it accepts, corrects, or leaves it suspect.
 */
export function judgeBars(claim: Claim, raw: Bar[], context: SettleContext): Settlement | Trouble {
  const known = barsInKnownUnit(raw, claim);
  if (!known) return NO_UNIT;
  const bars = convertBarsFromUsdt(known, context.usdtRates);
  if (!bars) return NO_USDT_RATE;
  const { asset } = claim;
  const until = asset ? lastSession(asset.calendar, context.now) : null;
  const currency = asset?.status === 'active' ? asset.currency : null;
  const findings = checkBars(bars, { until, currency, volatility: asset?.volatility });
  const of = (verdict: BarFinding['verdict']) =>
    new Set(findings.filter((finding) => finding.verdict === verdict).map(({ session }) => session));
  const [refused, suspect] = [of('refuse'), of('hold')];
  const kept = refused.size > 0 ? bars.filter(({ session }) => !refused.has(session)) : bars;
  if (claim.heldBars) return secondReading(claim, claim.heldBars, kept, suspect, context);
  if (kept.length === 0) {
    const detail = `none of its bars can be right: ${findings[0]?.detail}`;
    return { kind: 'malformed', detail, whole: false, doubts: summed(findings, context.lane, 'suspect') };
  }
  const stored = {
    ...who(claim),
    bars: kept,
    suspectSessions: [...suspect],
    askedFrom: askedFrom(claim, context),
    calendar: asset?.calendar,
  };
  const held = heldBars(kept, suspect, findings, context.lane);
  const second = held && secondLane(claim, held, context);
  const doubts = summed(findings, context.lane, second ? 'held' : 'suspect');
  const told = doubts.length > 0 && { doubts };
  return held && second
    ? { ...stored, outcome: 'held_bars', ...second, heldBars: held, ...told }
    : { ...stored, outcome: 'landed', ...told };
}

const who = ({ symbol, data, fence, refreshId }: Claim) => ({ symbol, data, fence, refreshId });

function heldBars(
  bars: readonly Bar[],
  suspect: ReadonlySet<SessionDate>,
  findings: readonly BarFinding[],
  source: string,
): HeldBars | null {
  const first = findings.find(({ verdict }) => verdict === 'hold');
  if (!first) return null;
  const closes = bars.flatMap(({ session, close }) => (suspect.has(session) ? [[session, close]] : []));
  return { source, check: first.check, detail: first.detail, closes: Object.fromEntries(closes) };
}

/** Who can be asked for a second opinion. */
function secondLane(claim: Claim, { source, detail }: HeldBars, { chain }: SettleContext) {
  const because = { provider: source, reason: 'suspicious', detail };
  const tried = [...claim.tried, because];
  const [lane] = chain({ symbol: claim.symbol, class: claim.class, data: claim.data, tried });
  return lane ? { lane, because } : null;
}

/** What a provider that says so will not have the next time either. */
const NOT_THERE: ReadonlySet<string> = new Set(['no_data', 'unknown_symbol', 'plan_forbids']);

/**
 * From which session on there is nothing more to be had: as far back as this provider reaches, or one that has nothing of the symbol.
 * Whoever couldn't be asked now may have what lies before.
 */
function askedFrom(claim: Claim, context: SettleContext): SessionDate | null {
  const { from, symbol, data, tried } = claim;
  if (!from || reach(context.lane, context) <= from) return from;
  const refused = [...tried, ...context.forbidden({ symbol, class: claim.class, data, tried })];
  const asked = refused.flatMap(({ provider, reason }) => (NOT_THERE.has(reason) ? [provider] : []));
  const [furthest = from] = [context.lane, ...asked].map((lane) => reach(lane, context)).toSorted();
  return furthest > from ? furthest : from;
}

const reach = (lane: string, { historyDays, now }: SettleContext) => reachOf(historyDays(lane), now);

const DAY_MS = 86_400_000;

/** The last session that can have begun. Symbols of exchanges without a calendar may be a day ahead of any clock here. */
function lastSession(calendarId: string, now: Date): SessionDate {
  const calendar = calendarOf(calendarId);
  if (calendar.id === '24/5') return calendar.dateAt(new Date(now.getTime() + DAY_MS));
  return calendar.sessionAt(now).latestSession.date;
}

/** One doubt for each check, however many sessions it concerns. */
function summed(findings: readonly BarFinding[], source: string, held: 'held' | 'suspect'): Doubt[] {
  const worth = findings.filter(({ verdict }) => verdict !== 'note');
  return [...Map.groupBy(worth, ({ check }) => check)].map(([check, own]) => {
    const [first, last] = [own[0] as BarFinding, own.at(-1) as BarFinding];
    const when = own.length === 1 ? first.session : `${own.length} sessions from ${first.session} to ${last.session}`;
    const state = own.some(({ verdict }) => verdict === 'hold') ? held : 'rejected';
    return { check: `bars.${check}`, state, source, price: null, expected: null, detail: `${when}: ${first.detail}` };
  });
}
