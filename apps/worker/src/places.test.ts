import { createPlaces, type Holder, type Places } from './places.ts';

const NEVER = 60_000;
const of = (userId: string, endpointId = `${userId}’s`): Holder => ({ userId, endpointId });

/** Those of them that get a place without waiting. */
async function taken(places: Places, holders: Holder[]): Promise<Holder[]> {
  const got: Holder[] = [];
  for (const holder of holders) if (await places.take(holder, 0)) got.push(holder);
  return got;
}
const times = (count: number, holder: Holder) => Array.from({ length: count }, () => holder);

test('one user’s one endpoint has ten at work, and all of a user’s twenty', async () => {
  expect(await taken(createPlaces(), times(60, of('one')))).toHaveLength(10);
  const many = Array.from({ length: 60 }, (_, n) => of('one', `e${n % 30}`));
  expect(await taken(createPlaces(), many)).toHaveLength(20);
});

test('all users together have no more than a hundred at work', async () => {
  const many = Array.from({ length: 600 }, (_, n) => of(`u${n % 60}`, `u${n % 60}e${n % 7}`));
  const got = await taken(createPlaces(), many);
  expect(got.length).toBeGreaterThan(80);
  expect(got.length).toBeLessThanOrEqual(100);
});

test('eight users whose receivers hang leave a fifth of the places to others', async () => {
  const eight = Array.from({ length: 800 }, (_, n) => of(`u${n % 8}`, `u${n % 8}e${Math.floor(n / 8) % 4}`));
  expect((await taken(createPlaces(), eight)).length).toBeLessThanOrEqual(80);
});

test('a place that is given back is handed on at once, to the first in line', async () => {
  const places = createPlaces();
  await taken(places, times(10, of('one')));
  const came: number[] = [];
  const waits = [1, 2, 3].map((n) => places.take(of('one'), NEVER).then((got) => got && came.push(n)));
  for (const n of [1, 2, 3]) {
    places.giveBack(of('one'));
    await waits[n - 1];
    expect(came).toEqual([1, 2, 3].slice(0, n));
  }
});

test('who has waited in vain is no longer in line', async () => {
  const places = createPlaces();
  await taken(places, times(10, of('one')));
  expect(await places.take(of('one'), 1)).toBe(false);
  const next = places.take(of('one'), NEVER);
  places.giveBack(of('one'));
  expect(await next).toBe(true);
});

test('however many users’ receivers hang, whoever comes next finds a place', async () => {
  for (const users of [1, 8, 30, 60]) {
    const places = createPlaces();
    const waiting: Promise<boolean>[] = [];
    // One after the other and all in turn, and each has more than the line has room for.
    for (let n = 0; n < 60; n++)
      for (let user = 0; user < users; user++) waiting.push(places.take(of(`u${user}`, `u${user}e${n % 4}`), 1));
    expect(await places.take(of('other'), 0)).toBe(true);
    await Promise.all(waiting);
  }
});

test('beside three endpoints that hang the fourth of a user has places, while it uses them', async () => {
  const places = createPlaces();
  const hang = Array.from({ length: 60 }, (_, n) => of('one', `hangs${n % 3}`));
  await taken(places, hang);
  expect(await taken(places, times(20, of('one', 'good')))).toHaveLength(3);
  // And in the line it has room as well.
  const waits = Array.from({ length: 200 }, (_, n) => places.take(of('one', `hangs${n % 3}`), 1));
  const good = places.take(of('one', 'good'), NEVER);
  places.giveBack(of('one', 'good'));
  expect(await good).toBe(true);
  await Promise.all(waits);
});
