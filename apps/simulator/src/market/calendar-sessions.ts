import type { UniverseAsset } from '@freshet/market';
import { type TradingSession, TradingSessions } from './trading-sessions.ts';

const DAY_MS = 86_400_000;
const known = new Map<string, TradingSessions>();

/** The sessions of the calendar that an asset trades by, shared by all of its assets. */
export function calendarSessions(asset: UniverseAsset): TradingSessions {
  const id =
    asset.assetClass === 'crypto'
      ? '24/7'
      : asset.assetClass === 'fx' || asset.assetClass === 'commodity'
        ? '24/5'
        : 'XNYS';
  let sessions = known.get(id);
  if (!sessions) known.set(id, (sessions = new TradingSessions((year) => stub(id, year))));
  return sessions;
}

function stub(id: string, year: number): TradingSession[] {
  const all: TradingSession[] = [];
  for (let ms = Date.UTC(year, 0, 1); ms < Date.UTC(year + 1, 0, 1); ms += DAY_MS) {
    const weekday = new Date(ms).getUTCDay();
    if (id !== '24/7' && (weekday === 0 || weekday === 6)) continue;
    const [open, close] = id === 'XNYS' ? [14.5, 21] : [0, 24];
    all.push({
      day: ms / DAY_MS,
      date: new Date(ms).toISOString().slice(0, 10),
      openMs: ms + open * 3_600_000,
      closeMs: ms + close * 3_600_000,
    });
  }
  return all;
}
