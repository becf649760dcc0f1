import { polygon } from './index.ts';

const now = new Date('2026-11-30T15:00:00Z');
const rangeOf = (from?: string, to?: string) =>
  /\/range\/1\/day\/([\d-]+)\/([\d-]+)\?/
    .exec(polygon.serves.bars?.request({ data: 'bars', symbols: ['AAPL'], from, to, now }).path ?? '')
    ?.slice(1);

test('bars are asked for no further back than the plan reaches: a range that begins before that is refused as a whole', () => {
  expect(rangeOf('2024-11-01', '2026-11-27')).toEqual(['2024-11-30', '2026-11-27']);
  expect(rangeOf()).toEqual(['2024-11-30', '2026-11-30']);
});

test('what the plan reaches is asked for from where it is wanted', () => {
  expect(rangeOf('2026-11-20', '2026-11-27')).toEqual(['2026-11-20', '2026-11-27']);
});
