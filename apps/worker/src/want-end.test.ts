import type { Bar } from '@freshet/market';
import type { Landing, Settlement } from '@freshet/refresh';
import { wantEnd } from './want-end.ts';

const landing = (receivedAt: string): Landing => ({
  callId: 'call',
  lane: 'yahoo',
  receivedAt: new Date(receivedAt),
  calls: 1,
  settlements: [],
});

const bars = (calendar: string, sessions: string[], suspectSessions: string[] = []): Settlement => ({
  symbol: 'X',
  data: 'bars',
  fence: 1,
  refreshId: 'ref_1',
  outcome: 'landed',
  calendar,
  suspectSessions,
  bars: sessions.map(
    (session): Bar => ({ symbol: 'X', session, open: null, high: null, low: null, close: '10', volume: null }),
  ),
});

const provisional = (calendar: string, session: string, receivedAt: string) =>
  wantEnd(bars(calendar, [session]), landing(receivedAt)).series?.provisional.has(session);

test.each([
  ['while New York trades', 'XNYS', '2026-11-20', '2026-11-20T15:00:00Z', true],
  [
    'just after New York has closed, while its last trades come in,',
    'XNYS',
    '2026-11-20',
    '2026-11-20T21:05:00Z',
    true,
  ],
  ['after New York has closed', 'XNYS', '2026-11-20', '2026-11-20T21:20:00Z', false],
  ['just after the close of a half day', 'XNYS', '2026-11-27', '2026-11-27T18:10:00Z', true],
  ['after the close of a half day', 'XNYS', '2026-11-27', '2026-11-27T18:20:00Z', false],
  ['during London’s closing auction', 'XLON', '2026-11-20', '2026-11-20T16:31:00Z', true],
  ['after London’s closing auction', 'XLON', '2026-11-20', '2026-11-20T16:50:00Z', false],
  ['of a day of crypto that has just ended', '24/7', '2026-11-20', '2026-11-21T00:01:00Z', true],
  ['of an earlier day', 'XNYS', '2026-11-19', '2026-11-20T15:00:00Z', false],
])('%s a bar is provisional or final', (_, calendar, session, receivedAt, expected) => {
  expect(provisional(calendar, session, receivedAt)).toBe(expected);
});

test('sessions that a check holds keep their mark, the others are good', () => {
  const end = wantEnd(bars('XNYS', ['2026-11-18', '2026-11-19'], ['2026-11-18']), landing('2026-11-20T15:00:00Z'));
  expect(end.series).toMatchObject({
    suspect: new Set(['2026-11-18']),
    bars: [{ session: '2026-11-18' }, { session: '2026-11-19' }],
  });
});

test('what a check objects to becomes an anomaly of its symbol, named after the refresh', () => {
  const doubts = [
    { check: 'currency', state: 'rejected' as const, source: 'yahoo', price: '1', expected: null, detail: 'in EUR' },
  ];
  const because = { provider: 'yahoo', reason: 'malformed' };
  const end = wantEnd(
    {
      symbol: 'X',
      data: 'quote',
      fence: 1,
      refreshId: 'ref_1',
      outcome: 'passed_on',
      lane: 'finnhub',
      because,
      doubts,
    },
    landing('2026-11-20T15:00:00Z'),
  );
  expect(end).toMatchObject({
    want: { do: 'move', lane: 'finnhub' },
    doubts: [{ symbol: 'X', refreshId: 'ref_1', check: 'currency', held: null }],
  });
});
