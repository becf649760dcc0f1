import type { LogEvent } from '@freshet/events';
import { tagsOfEvent } from './forget.ts';

const event = (symbols: string[] | null) =>
  ({ type: 'cache_invalidation', payload: { type: 'quotes', symbols } }) as unknown as LogEvent;

test('prices that could not be refreshed are read anew, to be told why: those that are named, else all', () => {
  expect(tagsOfEvent(event(['AAPL', 'MSFT']))).toEqual(['symbol:AAPL', 'symbol:MSFT']);
  expect(tagsOfEvent(event(null))).toEqual(['quotes']);
});
