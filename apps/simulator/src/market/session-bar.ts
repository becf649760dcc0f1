import type { Bar } from '@freshet/market';
import { type DayPath, dayPath } from './day-path.ts';
import type { Instrument } from './instrument.ts';
import { gaussian } from './noise.ts';
import { priceText, volumeText } from './price-text.ts';
import type { TradingSession } from './trading-sessions.ts';
import { STEPS } from './walk.ts';

// A local alias, for the same reason as in noise.ts.
const { exp } = Math;

const scratch = new Float64Array(STEPS + 1);

/** The bar of a session that is over: open, extremes and close of its path, at the split factor of that day. */
export function sessionBar(instrument: Instrument, session: TradingSession, factor: number): Bar {
  const path = dayPath(instrument, session.day, scratch);
  let high = path[0] as number;
  let low = high;
  for (let i = 1; i <= STEPS; i++) {
    const level = path[i] as number;
    if (level > high) high = level;
    if (level < low) low = level;
  }
  const price = (level: number) => priceText(priceOf(instrument, level, factor), instrument.decimals);
  const volume = sessionVolume(instrument, session.day);
  return {
    symbol: instrument.asset.symbol,
    session: session.date,
    open: price(openLevel(path)),
    high: price(high),
    low: price(low),
    close: price(path[STEPS] as number),
    volume: volume === null ? null : volumeText(volume),
    currency: instrument.asset.currency,
  };
}

/** The price that a log level means. */
export function priceOf({ asset }: Instrument, level: number, factor: number): number {
  return asset.basePrice * factor * exp(level);
}

/** The first level of a session. */
export function openLevel(path: DayPath): number {
  return path[0] as number;
}

/** Units traded in a whole session; null where volumes aren't published. */
export function sessionVolume({ dailyVolume, id }: Instrument, day: number): number | null {
  if (dailyVolume === null) return null;
  const volume = dailyVolume * exp(0.35 * gaussian(id ^ 0x2545f491, day) - 0.06);
  return volume < 1_000_000 ? Math.round(volume * 100) / 100 : Math.round(volume);
}

/** The share of a session's volume that is traded after a share of its time: busy at the open and at the close. */
export function tradedShare(share: number): number {
  return share + 0.15 * Math.sin(2 * Math.PI * share);
}
