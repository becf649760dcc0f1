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

const of = { symbol: 'X', data: 'quote' as const, fence: 1, refreshId: 'ref_1' };
const because = { provider: 'yahoo', reason: 'malformed' };
const trouble = { kind: 'unavailable' as const, detail: 'HTTP 500', chain: [because] };
const at = '2026-11-20T15:00:00Z';
const receivedAt = new Date(at);
const fetchedAt = new Date('2026-11-20T14:59:00Z');
const quoted = { source: 'yahoo', quality: 'good', provenance: {}, fetchedAt, quoteTime: fetchedAt, price: '10' };
const heldQuote = { check: 'jump', detail: 'far off', expected: null, quote: quoted };
const heldBars = { source: 'yahoo', check: 'jump', detail: 'far off', closes: {} };
const own = (end: object) => wantEnd({ ...of, ...end } as Settlement, landing(at));

test.each<[string, object, object]>([
  [
    'that landed is the item’s, by its source, and the want is gone',
    { outcome: 'landed', quote: quoted, opinion: { state: 'accepted', detail: 'so says fmp' } },
    {
      item: { state: 'updated', source: 'yahoo' },
      want: { do: 'delete' },
      quote: { price: '10', refreshId: 'ref_1' },
      opinion: { state: 'accepted' },
    },
  ],
  [
    'that brought nothing of its own names whose word counts',
    { outcome: 'landed', source: 'fmp' },
    { item: { source: 'fmp' } },
  ],
  [
    'that landed bars names its lane',
    { outcome: 'landed', bars: [] },
    { item: { source: 'yahoo' }, series: { source: 'yahoo', refreshId: 'ref_1' } },
  ],
  [
    'that brought a date writes it',
    { outcome: 'landed', earnings: { date: '2026-11-30' } },
    { earningsOn: '2026-11-30' },
  ],
  [
    'that somebody else brought is as old as that answer',
    { outcome: 'already_fresh', source: 'fmp', fetchedAt },
    { item: { state: 'updated', source: 'fmp', answeredAt: fetchedAt }, want: { do: 'delete' } },
  ],
  [
    'in quarantine waits for somebody else, and is kept with the anomaly',
    { outcome: 'held', lane: 'fmp', because, held: heldQuote, doubts: [{ check: 'jump' }] },
    { want: { do: 'move', lane: 'fmp', because, held: heldQuote }, doubts: [{ symbol: 'X', held: quoted }] },
  ],
  [
    'of bars in quarantine is stored with its mark meanwhile',
    {
      outcome: 'held_bars',
      lane: 'fmp',
      because,
      heldBars,
      bars: [],
      suspectSessions: ['2026-11-18'],
      askedFrom: '2024-11-01',
    },
    { want: { do: 'move', held: heldBars }, series: { askedFrom: '2024-11-01', suspect: new Set(['2026-11-18']) } },
  ],
  [
    'that was passed on waits elsewhere',
    { outcome: 'passed_on', lane: 'fmp', because },
    { want: { do: 'move', lane: 'fmp', because } },
  ],
  [
    'that was released waits where it was',
    { outcome: 'released', batchCap: 4 },
    { want: { do: 'release', batchCap: 4 } },
  ],
  ['that is kept stays with its call', { outcome: 'kept', ...trouble }, { want: { do: 'keep' } }],
  [
    'that rests fails, and can be tried again by hand',
    { outcome: 'rested', ...trouble },
    { item: { state: 'failed', reason: 'unavailable', detail: 'HTTP 500', chain: [because] }, want: { do: 'rest' } },
  ],
  [
    'that nobody knows fails, and is parked',
    { outcome: 'given_up', ...trouble, kind: 'unknown_symbol', park: true },
    { item: { state: 'failed', reason: 'unknown_symbol' }, want: { do: 'delete' }, park: 'HTTP 500' },
  ],
  [
    'of history that nobody has is skipped, and not asked for again so soon',
    { outcome: 'given_up', ...trouble, skip: 'no_data', inVainTo: '2026-11-19' },
    { item: { state: 'skipped', reason: 'no_data' }, inVainTo: '2026-11-19' },
  ],
  [
    'than which there is nothing newer is as young as the answer',
    { outcome: 'given_up', ...trouble, skip: 'fresh' },
    { item: { state: 'skipped', reason: 'fresh', answeredAt: receivedAt } },
  ],
  [
    'that tells whether a price is a split says so',
    { outcome: 'landed', tellsTo: '2026-11-20' },
    { tellsTo: '2026-11-20' },
  ],
])('a want %s', (_, end, expected) => {
  expect(own(end)).toMatchObject(expected);
});

test.each([
  ['only kept has no item to settle', { outcome: 'kept', ...trouble }],
  ['only moved has no item to settle', { outcome: 'passed_on', lane: 'fmp', because }],
])('a want that is %s', (_, end) => {
  expect(own(end).item).toBeUndefined();
});

test('a failure parks nothing and rules nothing out but where it is to', () => {
  const end = own({ outcome: 'given_up', ...trouble, skip: 'market_closed' });
  expect([end.park, end.inVainTo, end.item?.answeredAt]).toEqual([undefined, undefined, undefined]);
});
