import { forecast } from './forecast.ts';

const now = new Date('2026-03-10T12:00:00Z');
const midnight = new Date('2026-03-11T00:00:00Z');
const day = { limit: 800, perSeconds: 86_400, resetsAt: midnight };

describe('a forecast', () => {
  test('says when the quota runs out at the present pace', () => {
    const seen = forecast({ ...day, used: 200, perMinute: 2 }, now);
    expect(seen).toEqual({ runsOutAt: new Date('2026-03-10T17:00:00Z'), lasts: false, stretch: 300 / 720 });
  });

  test('is calm when the reset comes first, or when nothing is used', () => {
    expect(forecast({ ...day, used: 200, perMinute: 0.5 }, now)).toEqual({ runsOutAt: null, lasts: true, stretch: 1 });
    expect(forecast({ ...day, used: 799, perMinute: 0 }, now)).toEqual({ runsOutAt: null, lasts: true, stretch: 1 });
  });

  test('of a spent quota is now', () => {
    expect(forecast({ ...day, used: 801, perMinute: 0 }, now)).toEqual({ runsOutAt: now, lasts: false, stretch: 0 });
  });

  test('of a window that slides is calm at any pace that the limit sustains, however full it is', () => {
    const minute = { limit: 60, perSeconds: 60, resetsAt: null };
    expect(forecast({ ...minute, used: 59, perMinute: 60 }, now).lasts).toBe(true);
    expect(forecast({ ...minute, used: 0, perMinute: 120 }, now)).toEqual({
      runsOutAt: new Date(now.getTime() + 30_000),
      lasts: false,
      stretch: 0.5,
    });
  });
});
