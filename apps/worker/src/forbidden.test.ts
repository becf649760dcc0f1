import { createForbidden } from './forbidden.ts';

const DAY_MS = 86_400_000;
const LANES = ['yahoo', 'fmp', 'finnhub'];
const refused = { provider: 'fmp', reason: 'plan_forbids', detail: 'premium' };

test('whose plan does not include a symbol is not asked for it, for a day', () => {
  let nowMs = 0;
  const forbidden = createForbidden(() => nowMs);
  expect(forbidden.sort(LANES, 'VOD.L', 'quote')).toEqual({ open: LANES, closed: [] });
  forbidden.note('fmp', 'VOD.L', 'quote', 'premium');
  expect(forbidden.sort(LANES, 'VOD.L', 'quote')).toEqual({ open: ['yahoo', 'finnhub'], closed: [refused] });
  expect(forbidden.sort(['fmp'], 'VOD.L', 'quote')).toEqual({ open: [], closed: [refused] });
  nowMs = DAY_MS;
  expect(forbidden.sort(LANES, 'VOD.L', 'quote')).toEqual({ open: LANES, closed: [] });
});

test('only for that symbol and that data', () => {
  const forbidden = createForbidden();
  forbidden.note('fmp', 'VOD.L', 'quote', 'premium');
  expect(forbidden.sort(LANES, 'AAPL', 'quote').open).toEqual(LANES);
  expect(forbidden.sort(LANES, 'VOD.L', 'bars').open).toEqual(LANES);
});
