import type { Bar, ClosingBar } from '@freshet/market';
import { judgeBars } from './judge-bars.ts';
import type { Claim } from '../ports.ts';
import type { SettleContext } from './settling.ts';

/** A Friday, while New York trades. */
const now = new Date('2026-11-20T15:00:00Z');

const claim = (more: Partial<Claim> = {}): Claim => ({
  ...{ symbol: 'TST', data: 'bars', class: 'equity', fence: 1, claims: 1, rank: 20, tried: [], freshAfter: now },
  ...{ refreshId: 'ref_1', from: null, to: null, batchCap: null, stored: null },
  asset: { currency: 'USD', calendar: 'XNYS', status: 'active', volatility: null },
  ...more,
});
const bar = (session: string, close: string, more: Partial<Bar> = {}): Bar => ({
  ...{ symbol: 'TST', session, open: close, high: close, low: close, close, volume: '7', currency: 'USD' },
  ...more,
});
const close = (session: string, price: string, splitRatio: string | null = null) =>
  ({ session, close: price, splitRatio }) as ClosingBar;

const alone: SettleContext = {
  ...{ lane: 'yahoo', lastAttempt: false, now, usdtRates: null, unwell: false },
  ...{ room: () => Infinity, forbidden: () => [], shutBecause: () => null, historyDays: () => Infinity },
  chain: () => [],
};

test('a provider that leaves out a split which is stored and which prices show does not undo it', () => {
  const storedCloses = [close('2026-11-16', '100'), close('2026-11-17', '10', '10'), close('2026-11-18', '10.1')];
  const told = [bar('2026-11-17', '10'), bar('2026-11-18', '10.1'), bar('2026-11-19', '10.2')];
  const end = judgeBars(claim({ storedCloses, from: '2026-11-17' }), told, alone);
  expect(end).toMatchObject({
    outcome: 'landed',
    bars: [{ splitRatio: '10' }, { session: '2026-11-18' }, { session: '2026-11-19' }],
    suspectSessions: [],
  });
});

test('sessions that have not begun are not stored, and nobody else is asked for them', () => {
  const told = [bar('2026-11-19', '10'), bar('2026-11-20', '10'), bar('2026-11-23', '10')];
  const end = judgeBars(claim(), told, { ...alone, chain: () => ['fmp'] });
  expect(end).toMatchObject({
    outcome: 'landed',
    bars: [{ session: '2026-11-19' }, { session: '2026-11-20' }],
    doubts: [{ check: 'bars.not_from_the_future', state: 'rejected' }],
  });
});

test('bars in another currency are refused once a good price has told the symbol’s own, and not before', () => {
  const told = [bar('2026-11-18', '10', { currency: 'EUR' }), bar('2026-11-19', '10', { currency: 'EUR' })];
  expect(judgeBars(claim(), told, alone)).toMatchObject({ kind: 'malformed' });
  const asset = { currency: 'USD', calendar: 'XNYS', status: 'unverified' as const, volatility: null };
  expect(judgeBars(claim({ asset }), told, alone)).toMatchObject({
    outcome: 'landed',
    bars: [{ currency: 'EUR' }, {}],
  });
});

test('bars that agree with each other, but not with what is stored, are doubted and asked of another provider', () => {
  const storedCloses = [close('2026-11-13', '100'), close('2026-11-16', '101'), close('2026-11-17', '100')];
  const told = [bar('2026-11-18', '10000'), bar('2026-11-19', '10100')];
  const end = judgeBars(claim({ storedCloses, from: '2026-11-18' }), told, { ...alone, chain: () => ['fmp'] });
  expect(end).toMatchObject({
    outcome: 'held_bars',
    lane: 'fmp',
    suspectSessions: ['2026-11-18', '2026-11-19'],
    heldBars: { source: 'yahoo', closes: { '2026-11-18': '10000', '2026-11-19': '10100' } },
    doubts: [{ state: 'held' }],
  });
});
