import { agree, type Bar, type BarFinding, type SessionDate, splitsThatShow } from '@freshet/market';
import type { Claim, HeldBars, Settlement } from '../ports.ts';
import type { SettleContext, Trouble } from './settling.ts';

type Landed = Extract<Settlement, { outcome: 'landed' }>;

/**
 * Settles a second provider's bars for the sessions that were suspicious or impossible in the first provider's. A session on which both
 * agree is accepted. A session on which they differ is corrected, if the second one's bar is above suspicion. Only these sessions are
 * taken from the second provider, and the splits that the first one didn't declare: a series that alternates between providers has no
 * consistent basis.
 * Prices as traded are the same everywhere across a split. A second provider that agrees but declares no split therefore doesn't explain a
 * gap. A split that the first provider's prices don't show isn't stored on top of them, even if the second one declares it too.
 */
export function secondReading(
  claim: Claim,
  held: HeldBars,
  bars: readonly Bar[],
  { findings, suspect }: { findings: readonly BarFinding[]; suspect: ReadonlySet<SessionDate> },
  context: SettleContext,
): Settlement | Trouble {
  const asked = new Set([...Object.keys(held.closes), ...(held.refused ?? [])]);
  const agreeing = (one: string | undefined, other: string) =>
    one !== undefined && agree(priced(one), priced(other), claim.asset?.volatility);
  const same = ({ session, close }: Bar) => agreeing(held.closes[session], close);
  const disbelieved = new Set(held.disbelieved);
  const believes = ({ session, splitRatio }: Bar) => splitRatio && disbelieved.has(session);
  const answers = bars.filter(({ session }) => asked.has(session));
  const stored = new Map(claim.storedCloses?.map(({ session, close }) => [session, close]));
  const isStored = ({ session, close }: Bar) => agreeing(stored.get(session), close);
  if (answers.length === 0) return noAnswer('it has none of the sessions that are in question');
  // Splits that are stored already explain nothing new.
  const shown = splitsThatShow(claim.storedCloses ?? []);
  const tellsOfSplit = ({ session, splitRatio }: Bar) => splitRatio && !shown.has(session);
  const explains = bars.some(tellsOfSplit) && !findings.some(({ check }) => check === 'split_gap');
  const unexplained = new Set(explains ? [] : held.splitGaps);
  const accepted = answers.filter((bar) => same(bar) && !unexplained.has(bar.session) && !believes(bar));
  const corrected = answers.filter((bar) => !same(bar) && !suspect.has(bar.session) && !believes(bar));
  const settled = new Set([...accepted, ...corrected].map(({ session }) => session));
  if (settled.size === 0 && unexplained.size > 0)
    return noAnswer('it says the same, and declares no split that would explain the gap');
  const splits = bars.filter(
    (bar) => tellsOfSplit(bar) && !settled.has(bar.session) && !suspect.has(bar.session) && !believes(bar),
  );
  const left = asked.size - settled.size;
  return {
    ...landing(claim),
    // A bar that agrees with the stored close, which is another provider's, adds nothing.
    bars: [...accepted, ...corrected.filter((bar) => tellsOfSplit(bar) || !isStored(bar)), ...splits],
    suspectSessions: [],
    calendar: claim.asset?.calendar,
    opinion: {
      state: left > 0 ? 'suspect' : corrected.length > 0 ? 'corrected' : 'accepted',
      detail: summaryOf(context.lane, { accepted, corrected, left }),
    },
  };
}

/** Sends the want on: the next provider of the chain may know more. */
const noAnswer = (detail: string): Trouble => ({ kind: 'no_data', detail, whole: false });

/** No provider is left for a second opinion: the stored bars stay suspect. */
export function leaveSuspect(claim: Claim, { source }: HeldBars, { detail }: { detail: string }): Settlement {
  const nobody = `no second opinion could be had: ${detail}`;
  return { ...landing(claim), source, opinion: { state: 'suspect', detail: nobody } };
}

const landing = ({ symbol, data, fence, refreshId }: Claim): Landed => ({
  symbol,
  data,
  fence,
  refreshId,
  outcome: 'landed',
});
const priced = (price: string) => ({ price, currency: '' });

function summaryOf(lane: string, of: { accepted: Bar[]; corrected: Bar[]; left: number }): string {
  const parts = [
    of.accepted.length > 0 && `says the same of ${sessions(of.accepted)}`,
    of.corrected.length > 0 && `says otherwise of ${sessions(of.corrected)}`,
    of.left > 0 && `leaves ${of.left} open`,
  ];
  return `${lane} ${parts.filter(Boolean).join(', ')}`;
}

const sessions = (bars: Bar[]) =>
  bars.length === 1 ? `${bars[0]?.session}: ${bars[0]?.close}` : `${bars.length} sessions`;
