import type { RefreshView } from '@freshet/contracts';
import { advanced, type Followed, isRunning } from './refreshes.ts';

const begun: Followed = {
  refreshId: 'ref_1',
  status: 'queued',
  progress: 0,
  step: 'Waiting for a worker',
  estimatedCompletion: null,
  view: null,
  coalesced: false,
  refusal: null,
  retryAfterS: null,
};
const view = (status: string, progress: number) =>
  ({
    refresh_id: 'ref_1',
    status,
    progress,
    current_step: 'Fetching market data',
    items: { total: 2, done: 1, failed: 0 },
  }) as unknown as RefreshView;

test('the bar never goes back, whichever of event and poll arrives last', () => {
  const half = advanced(begun, view('in_progress', 0.5));
  expect(advanced(half, view('in_progress', 0.3)).progress).toBe(0.5);
});

test('an end is an end: an answer of before it changes nothing', () => {
  const ended = advanced(begun, view('success', 1));
  expect(isRunning(ended)).toBe(false);
  expect(advanced(ended, view('in_progress', 0.9))).toBe(ended);
});

test('it runs from the asking on, and neither after a refusal nor after an end', () => {
  expect(
    [null, begun, { ...begun, status: 'asking' as const }, { ...begun, status: 'refused' as const }].map(isRunning),
  ).toEqual([false, true, true, false]);
});
