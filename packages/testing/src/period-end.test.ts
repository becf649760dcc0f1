import { awayFromTheEndOf } from './period-end.ts';

const period = () => Math.floor(Date.now() / 1_000);

it('waits for the next period when too little is left of this one', async () => {
  const before = period();
  await awayFromTheEndOf(1_000, 1_001);
  expect(period()).toBeGreaterThan(before);
});

it('goes on at once otherwise', async () => {
  // Nobody could wait for what would be left.
  await awayFromTheEndOf(86_400_000, 0);
});
