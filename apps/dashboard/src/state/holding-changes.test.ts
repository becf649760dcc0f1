import { ApiError } from '@freshet/client';
import { changesOf, conflictOf, draftOf, draftTrouble } from './holding-changes.ts';

function form(fields: Record<string, string>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
}

test('a form becomes a holding; a target is written in percent', () => {
  expect(draftOf(form({ symbol: ' aapl ', quantity: '12.5', cost: '', target: '20' }))).toEqual({
    symbol: 'AAPL',
    quantity: '12.5',
    cost: '',
    targetWeight: 0.2,
  });
  expect(draftOf(form({ quantity: '1', target: '' }), 'MSFT')).toMatchObject({ symbol: 'MSFT', targetWeight: null });
});

test('what can’t be right is told before the server is asked', () => {
  const good = { symbol: 'AAPL', quantity: '1', cost: '2', targetWeight: null };
  expect(draftTrouble(good)).toBeNull();
  for (const bad of [
    { symbol: '' },
    { quantity: '-1' },
    { quantity: '1e3' },
    { cost: 'x' },
    { targetWeight: 1.2 },
    { targetWeight: Number.NaN },
  ]) {
    expect(draftTrouble({ ...good, ...bad })).not.toBeNull();
  }
});

test('a quantity that nobody touched is not said again, for after a split it would mean something else', () => {
  const draft = { symbol: 'AAPL', quantity: '10', cost: '5', targetWeight: 0.5 };
  expect(changesOf(draft, { quantity: '10' })).toEqual({ cost: '5', target_weight: 0.5 });
  expect(changesOf(draft, { quantity: '12' })).toEqual({ quantity: '10', cost: '5', target_weight: 0.5 });
});

test('a cost that is left empty is not known, and a cost of nothing is one', () => {
  const draft = { symbol: 'AAPL', quantity: '10', targetWeight: null };
  expect(changesOf({ ...draft, cost: '' }, { quantity: '10' })).toEqual({ cost: null, target_weight: null });
  expect(changesOf({ ...draft, cost: '0' }, null)).toEqual({ quantity: '10', cost: '0', target_weight: null });
});

test('a conflict brings the version that is stored now; other refusals are none', () => {
  const current = { holding_id: 'hld_1', version: 4 };
  const refusal = (status: number, problem: object) =>
    new ApiError({ status, problem: problem as never, requestId: null, retryAfterS: null });
  expect(conflictOf(refusal(412, { code: 'version_conflict', current }))).toEqual(current);
  expect(conflictOf(refusal(404, { code: 'not_found' }))).toBeNull();
  expect(conflictOf(refusal(409, { code: 'conflict', current }))).toBeNull();
  expect(conflictOf(new Error('x'))).toBeNull();
});
