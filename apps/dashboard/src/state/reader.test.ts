import { createReader } from './reader.ts';

/** A reader whose answers are given by hand. */
function byHand() {
  const open: { answer(text: string): void; fail(error: Error): void }[] = [];
  const told: unknown[] = [];
  const reader = createReader<string>({
    read: () => new Promise((answer, fail) => open.push({ answer, fail })),
    onReading: (reading) => told.push(reading),
    onAnswer: (answer) => told.push(answer),
    onError: (error) => told.push((error as Error).message),
  });
  return { open, told, reader };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('an answer that takes longer than the time between two questions is shown all the same', async () => {
  const { open, told, reader } = byHand();
  reader.again();
  reader.tick();
  reader.tick();
  open[0]?.answer('first');
  await settled();
  expect(told).toEqual([true, 'first', false]);
  expect(open).toHaveLength(1);
});

test('what changed while a question was under way is asked for after it, once', async () => {
  const { open, told, reader } = byHand();
  reader.again();
  reader.again();
  reader.again();
  open[0]?.fail(new Error('no'));
  await settled();
  expect(open).toHaveLength(2);
  open[1]?.answer('second');
  await settled();
  expect(told).toEqual([true, 'no', 'second', false]);
  expect(open).toHaveLength(2);
});

test('an answer to a reader that has stopped is shown nowhere, and nothing is asked for again', async () => {
  const { open, told, reader } = byHand();
  reader.again();
  reader.again();
  reader.stop();
  open[0]?.answer('late');
  await settled();
  reader.again();
  expect(told).toEqual([true]);
  expect(open).toHaveLength(1);
});

test('nor is a failure, after the reader has stopped', async () => {
  const { open, told, reader } = byHand();
  reader.again();
  reader.stop();
  open[0]?.fail(new Error('late'));
  await settled();
  expect(told).toEqual([true]);
});
