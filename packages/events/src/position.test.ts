import { createPosition } from './position.ts';
import type { History, LogRow } from './row.ts';

const row = (number: number): LogRow => ({
  ...{ first: number, last: number, type: 'alert', userId: null, at: '2026-01-01T00:00:00.000Z' },
  items: [{ number }],
});
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

/** A reader at the end of a log of one event, and what it was told since. */
async function standing() {
  const rows = [row(1)];
  const told: number[] = [];
  const entered: [number, boolean][] = [];
  const history: History = {
    since: async (number, limit) => rows.filter(({ last }) => last > number).slice(0, limit),
    lastNumber: async () => rows.at(-1)?.last ?? 0,
  };
  const position = createPosition(history, {
    took: ({ last }) => void told.push(last),
    begins: () => {},
    entered: (epoch, { back }) => void entered.push([epoch, back]),
  });
  await position.startAtEnd();
  const arrive = (number: number) => position.arrive({ number, row: row(number), epoch: 0 });
  return { rows, told, entered, history, position, arrive };
}

test.each([2, 3, 451])(
  'an event that comes when %s is the next is told behind all that the stream left out',
  async (missed) => {
    const { rows, told, arrive } = await standing();
    const last = missed + 1;
    for (let number = 2; number <= last; number += 1) rows.push(row(number));
    expect(await arrive(last)).toBe(true);
    expect(told).toEqual(upTo(last).slice(1));
    // Read again, as after a reconnect.
    expect(await arrive(last)).toBe(true);
    expect(told.length).toBe(last - 1);
  },
);

test('an epoch is entered once, however often the stream names it', async () => {
  const { entered, position } = await standing();
  for (const epoch of [7, 7, 6, 8, 8]) await position.enter(epoch);
  expect(entered).toEqual([
    [7, false],
    [8, false],
  ]);
});

test('when the database can’t say where the log ends, a reader stays where it is', async () => {
  const { told, entered, history, position } = await standing();
  history.lastNumber = async () => {
    throw new Error('database is down');
  };
  await position.compare();
  expect([position.head, told, entered]).toEqual([1, [], []]);
});
