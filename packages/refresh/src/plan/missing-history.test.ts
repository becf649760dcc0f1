import { calendarOf } from '@freshet/calendar';
import { followsStored, missingHistory, sessionsThatTell } from './missing-history.ts';

const xnys = calendarOf('XNYS');
const asked = (lastFinal: string | null, now: string, askedFrom: string | null = '2024-01-01', historyDays?: number) =>
  missingHistory(
    { askedFrom, lastFinal },
    xnys,
    new Date(now),
    historyDays === undefined ? undefined : () => historyDays,
  );

const OPEN = '2026-11-20T15:00:00Z';
const AFTER_CLOSE = '2026-11-20T21:20:00Z';

test('all of two years is asked for once', () => {
  expect(asked(null, OPEN, null)).toEqual({ from: '2024-11-01', to: '2026-11-19' });
});

test('history that reaches less far back is asked for whole', () => {
  expect(asked('2026-11-19', OPEN, '2025-06-01')).toEqual({ from: '2024-11-01', to: '2026-11-19' });
});

test('history that reaches less far back is not asked for again of somebody who reaches no further', () => {
  // A hundred days, asked for ten days ago.
  expect(asked('2026-11-19', OPEN, '2026-06-23', 140)).toBeNull();
  expect(asked('2026-11-19', AFTER_CLOSE, '2026-06-23', 140)).toEqual({ from: '2026-11-13', to: '2026-11-20' });
  expect(asked('2026-11-19', OPEN, '2026-06-23', 730)).toEqual({ from: '2024-11-01', to: '2026-11-19' });
});

test('two years to the day are whole, though all that is asked for begins with a month', () => {
  expect(asked('2026-11-19', OPEN, '2024-11-20')).toBeNull();
  expect(asked('2026-11-30', '2026-12-01T15:00:00Z', '2024-12-01')).toBeNull();
});

test('what nobody has is not asked for again in the same month', () => {
  expect(asked(null, OPEN, '2026-11-10')).toBeNull();
  expect(asked(null, OPEN, '2026-10-30')).toEqual({ from: '2024-11-01', to: '2026-11-19' });
});

test('while all that is held is the bar of the first day, it is healed', () => {
  expect(asked(null, OPEN, '2024-11-01')).toEqual({ from: '2024-11-01', to: '2026-11-19' });
});

test('nothing is asked for while a session runs whose predecessors are held', () => {
  expect(asked('2026-11-19', OPEN)).toBeNull();
});

test('after the close, its session is asked for with an overlap, once: then it is final', () => {
  expect(asked('2026-11-19', AFTER_CLOSE)).toEqual({ from: '2026-11-13', to: '2026-11-20' });
  expect(asked('2026-11-20', AFTER_CLOSE)).toBeNull();
});

test('a bar that is only provisional doesn’t count as held', () => {
  // What is held as final ends the day before, so that the close heals it.
  expect(asked('2026-11-19', '2026-11-21T12:00:00Z')).toMatchObject({ to: '2026-11-20' });
});

test('the overlap counts sessions, not days: it reaches over a holiday', () => {
  expect(asked('2026-11-27', '2026-11-30T22:00:00Z')).toEqual({ from: '2026-11-20', to: '2026-11-30' });
});

describe('what tells whether a price is one after a split', () => {
  const telling = (now: string, toldTo: string | null = null, lastFinal: string | null = '2026-11-19') =>
    sessionsThatTell({ lastFinal }, toldTo, xnys, new Date(now));

  test('are the sessions since the last final bar through the one that runs', () => {
    expect(telling(OPEN)).toEqual({ from: '2026-11-13', to: '2026-11-20' });
    expect(telling(AFTER_CLOSE)).toEqual({ from: '2026-11-13', to: '2026-11-20' });
    expect(telling(OPEN, null, null)).toEqual({ from: '2024-11-01', to: '2026-11-20' });
  });

  test('is asked once for each session', () => {
    expect(telling(OPEN, '2026-11-19')).not.toBeNull();
    expect(telling(OPEN, '2026-11-20')).toBeNull();
  });

  test('isn’t there before the session opens', () => {
    expect(telling('2026-11-20T13:00:00Z')).toBeNull();
  });
});

test('what is in doubt is read again with the next session, and asks for nothing by itself', () => {
  const doubted = (doubtedFrom: string, now: string) =>
    missingHistory({ askedFrom: '2024-01-01', lastFinal: '2026-11-19', doubtedFrom }, xnys, new Date(now));
  expect(doubted('2026-11-16', AFTER_CLOSE)).toEqual({ from: '2026-11-10', to: '2026-11-20' });
  expect(doubted('2026-11-20', AFTER_CLOSE)).toEqual({ from: '2026-11-13', to: '2026-11-20' });
  expect(doubted('2026-11-16', OPEN)).toBeNull();
});

test('a few sessions follow what is stored; all of them don’t', () => {
  expect(followsStored('2026-10-10', '2026-11-19')).toBe(true);
  expect(followsStored('2024-11-01', '2026-11-19')).toBe(false);
  expect(followsStored(null, null)).toBe(false);
});
