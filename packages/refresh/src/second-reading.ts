import { agree, type Bar, type SessionDate } from '@freshet/market';
import type { Claim, HeldBars, Settlement } from './ports.ts';
import type { SettleContext, Trouble } from './settling.ts';

type Landed = Extract<Settlement, { outcome: 'landed' }>;

/**
 * What a second provider's bars say of sessions that are suspicious in the first one's. Where it says the same, it was so;
 * where it says otherwise and is above suspicion, it corrects. Only these sessions are taken from it, and the splits that the
 * first one may have kept to itself: a series that goes back and forth between providers has no basis.
 */
export function secondReading(
  claim: Claim,
  held: HeldBars,
  bars: readonly Bar[],
  suspect: ReadonlySet<SessionDate>,
  context: SettleContext,
): Settlement | Trouble {
  const asked = Object.keys(held.closes);
  const same = (bar: Bar) =>
    agree(priced(held.closes[bar.session] as string), priced(bar.close), claim.asset?.volatility);
  const answers = bars.filter(({ session }) => held.closes[session] !== undefined);
  if (answers.length === 0)
    return { kind: 'no_data', detail: 'it has none of the sessions that are in question', whole: false };
  const accepted = answers.filter(same);
  const corrected = answers.filter((bar) => !same(bar) && !suspect.has(bar.session));
  const settled = new Set([...accepted, ...corrected].map(({ session }) => session));
  const splits = bars.filter(({ session, splitRatio }) => splitRatio && !settled.has(session) && !suspect.has(session));
  const left = asked.length - settled.size;
  return {
    ...landing(claim),
    bars: [...accepted, ...corrected, ...splits],
    suspectSessions: [],
    calendar: claim.asset?.calendar,
    opinion: {
      state: left > 0 ? 'suspect' : corrected.length > 0 ? 'corrected' : 'accepted',
      detail: wordOf(context.lane, { accepted, corrected, left }),
    },
  };
}

/** Nobody is left for a second opinion: what is stored stays marked. */
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

function wordOf(lane: string, of: { accepted: Bar[]; corrected: Bar[]; left: number }): string {
  const parts = [
    of.accepted.length > 0 && `says the same of ${sessions(of.accepted)}`,
    of.corrected.length > 0 && `says otherwise of ${sessions(of.corrected)}`,
    of.left > 0 && `leaves ${of.left} open`,
  ];
  return `${lane} ${parts.filter(Boolean).join(', ')}`;
}

const sessions = (bars: Bar[]) =>
  bars.length === 1 ? `${bars[0]?.session}: ${bars[0]?.close}` : `${bars.length} sessions`;
