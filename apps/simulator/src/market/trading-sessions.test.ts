import { universeAsset, type UniverseAsset } from '@freshet/market';
import { calendarSessions } from './calendar-sessions.ts';

const newYork = calendarSessions(universeAsset('AAPL') as UniverseAsset);
const at = (time: string) => newYork.at(Date.parse(time))?.date;

describe('the session at a moment', () => {
  test('begins with the open to the millisecond and lasts until the next open', () => {
    expect(at('2026-11-18T14:29:59.999Z')).toBe('2026-11-17');
    expect(at('2026-11-18T14:30:00.000Z')).toBe('2026-11-18');
    expect(at('2026-11-19T14:29:59.999Z')).toBe('2026-11-18');
    expect(at('2026-11-18T14:30:00.000Z')).toBe('2026-11-18');
  });

  test('skips weekends, holidays and the turn of the year, asked in any order', () => {
    expect(at('2026-01-02T14:00:00Z')).toBe('2025-12-31');
    expect(at('2026-11-22T12:00:00Z')).toBe('2026-11-20');
    expect(at('2026-11-26T16:00:00Z')).toBe('2026-11-25');
    expect(at('2026-01-01T03:00:00Z')).toBe('2025-12-31');
  });
});
