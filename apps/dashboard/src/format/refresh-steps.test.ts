import type { RefreshView } from '@freshet/contracts';
import { STEPS } from '@freshet/contracts/vocabulary';
import { stepsOf } from './refresh-steps.ts';

const nothing = { prices: 0, portfolios: 0, metrics: 0 };
const ended = (more: object) =>
  ({
    status: 'success',
    current_step: STEPS.ended,
    items: { total: 3, done: 3, failed: 0 },
    items_updated: nothing,
    items_skipped: {},
    provider_calls: {},
    ...more,
  }) as unknown as RefreshView;

function statesOf(view: RefreshView): Record<string, string> {
  return Object.fromEntries(stepsOf(view).map(({ step, state }) => [step, state]));
}

test('while it runs, the steps before the one that it is at are behind it', () => {
  const view = { status: 'in_progress', current_step: STEPS.fetching } as RefreshView;
  expect(statesOf(view)).toMatchObject({
    [STEPS.queued]: 'behind',
    [STEPS.fetching]: 'at',
    [STEPS.calculating]: 'ahead',
    [STEPS.ended]: 'ahead',
  });
});

test('one that was cancelled before any work shows none as done', () => {
  expect(statesOf(ended({ status: 'cancelled' }))).toMatchObject({
    [STEPS.queued]: 'ended',
    [STEPS.fetching]: 'ahead',
    [STEPS.calculating]: 'ahead',
    [STEPS.ended]: 'ahead',
  });
});

test('one that ran out of time while it fetched ends there', () => {
  const view = ended({ status: 'timed_out', items_updated: { ...nothing, prices: 1 }, provider_calls: { yahoo: 1 } });
  expect(statesOf(view)).toMatchObject({
    [STEPS.queued]: 'behind',
    [STEPS.fetching]: 'ended',
    [STEPS.calculating]: 'ahead',
    [STEPS.ended]: 'ahead',
  });
});

test('one that ended well ticks off what it did, and shows what it had no need of as that', () => {
  expect(statesOf(ended({ items_skipped: { fresh: 3 } }))).toMatchObject({
    [STEPS.queued]: 'behind',
    [STEPS.fetching]: 'skipped',
    [STEPS.calculating]: 'skipped',
    [STEPS.ended]: 'behind',
  });
  const whole = ended({ items_updated: { prices: 2, portfolios: 1, metrics: 9 }, provider_calls: { yahoo: 1 } });
  expect([...new Set(Object.values(statesOf(whole)))]).toEqual(['behind']);
});
