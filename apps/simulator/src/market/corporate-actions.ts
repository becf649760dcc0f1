import type { EarningsDate, SessionDate } from '@freshet/market';
import { addDays, REFERENCE } from './day-number.ts';
import type { Instrument } from './instrument.ts';
import { mix, uniform } from './noise.ts';
import type { TradingSessions } from './trading-sessions.ts';

/** Takes effect before the session's open: `ratio` new shares for one old. */
export interface Split {
  session: SessionDate;
  ratio: number;
}

/** `share` of the close before the ex-date is paid out. */
export interface Payout {
  session: SessionDate;
  share: number;
}

const FIRST_YEAR = 2010;
const LAST_YEAR = 2035;
/** About three splits a year in a universe of 130 equities. */
const SPLITS_PER_YEAR = 0.025;
const RATIOS = [2, 2, 3, 4];

/** The equity's splits, oldest first. Synthetic symbols and other classes have none. */
export function splitsOf({ asset, id }: Instrument, sessions: TradingSessions): Split[] {
  if (asset.assetClass !== 'equity' || asset.symbol.startsWith('SYM')) return [];
  const splits: Split[] = [];
  for (let year = FIRST_YEAR; year <= LAST_YEAR; year++) {
    if (uniform(id, year) >= SPLITS_PER_YEAR) continue;
    const draw = mix(id ^ 0x51ed270b, year);
    const session = sessions.onOrAfter(addDays(`${year}-01-01`, draw % 350))?.date;
    if (session) splits.push({ session, ratio: RATIOS[(draw >>> 16) % RATIOS.length] ?? 2 });
  }
  return splits;
}

/** The factor from a split-free price to the price as traded: 1 on the reference day, more before later splits. */
export function splitFactor(splits: readonly Split[], session: SessionDate): number {
  let factor = 1;
  for (const split of splits) {
    if (split.session > session && split.session <= REFERENCE) factor *= split.ratio;
    if (split.session <= session && split.session > REFERENCE) factor /= split.ratio;
  }
  return factor;
}

/** The dividends of a year: two thirds of the equities and the funds pay one in each quarter. */
export function payoutsOf({ asset, id }: Instrument, year: number, sessions: TradingSessions): Payout[] {
  if (asset.symbol.startsWith('SYM')) return [];
  if (asset.assetClass !== 'etf' && (asset.assetClass !== 'equity' || uniform(id, 1) > 0.65)) return [];
  const yearly = asset.assetClass === 'etf' ? 0.013 : 0.004 + 0.03 * uniform(id, 2);
  const payouts: Payout[] = [];
  for (let quarter = 0; quarter < 4; quarter++) {
    const date = addDays(`${year}-01-01`, quarter * 91 + (id % 75));
    const session = sessions.onOrAfter(date)?.date;
    if (session) payouts.push({ session, share: yearly / 4 });
  }
  return payouts;
}

/** The next report of an equity on or after a date: about two weeks to two months into each quarter. */
export function nextEarnings({ asset, id }: Instrument, today: SessionDate, sessions: TradingSessions) {
  if (asset.assetClass !== 'equity') return undefined;
  const year = Number(today.slice(0, 4));
  for (const quarter of [-1, 0, 1, 2, 3, 4]) {
    const start = new Date(Date.UTC(year, quarter * 3, 13 + (id % 45))).toISOString().slice(0, 10);
    const date = sessions.onOrAfter(start)?.date;
    if (date && date >= today) {
      return { symbol: asset.symbol, date, when: id & 1 ? 'before_open' : 'after_close' } satisfies EarningsDate;
    }
  }
  return undefined;
}
