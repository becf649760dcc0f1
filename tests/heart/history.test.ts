import { all, type Called, type Heart, itemsOf, type ProviderScript, type Said, startHeart } from './heart.ts';

/** Daily bars, through the real record: what is asked for again, and who is asked when a bar can hardly be true. */
let heart: Heart;
let scripts: Record<string, Partial<ProviderScript>>;

beforeAll(async () => {
  heart = await startHeart(() => [
    { name: 'yahoo', batch: 100, ...scripts.yahoo },
    { name: 'polygon', batch: 1, ...scripts.polygon },
  ]);
});
afterAll(() => heart.close());
beforeEach(async () => {
  scripts = {};
  await heart.clear();
  await heart.pool.query('delete from daily_bars');
});

const barCalls = () => heart.calls.filter(({ data }) => data === 'bars').map(({ provider }) => provider);
const nothing: Said = { errors: new Map([[null, { kind: 'no_data', detail: 'no history' }]]) };
const withoutHistory = { answer: (called: Called) => (called.data === 'bars' ? nothing : all('10')(called)) };

test('history that nobody has is asked for once along the chain, and again in another month', async () => {
  scripts = { yahoo: withoutHistory, polygon: withoutHistory };
  const full = { symbols: ['NEW-USD'], mode: 'full' as const, max_age_s: 0 };
  const id = await heart.ask('prices', full);
  await heart.work();
  expect(barCalls()).toEqual(['yahoo', 'polygon']);
  expect(await itemsOf(heart.pool, id)).toMatchObject([{ data: 'bars', state: 'skipped', reason: 'no_data' }, {}]);

  await heart.ask('prices', { ...full, max_age_s: 1 });
  await heart.work();
  expect(barCalls()).toHaveLength(2);

  await heart.pool.query(`update assets set history_from = history_from - interval '1 month'`);
  scripts = {};
  await heart.ask('prices', { ...full, max_age_s: 2 });
  await heart.work();
  expect(barCalls()).toEqual(['yahoo', 'polygon', 'yahoo']);
});
