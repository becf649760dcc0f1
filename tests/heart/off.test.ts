import { leaveLane } from '@freshet/refresh';
import { lanesWithWants } from '@freshet/store';
import { itemsOf, recordOf } from './heart.ts';
import { twoProviders } from './two-providers.fixture.ts';

/** A provider that is switched off while wants stand in its lane, which nobody works any more. */
const story = await twoProviders();

/** Refreshes as they stood when yahoo's workers were stopped: one symbol waits, the other is in the hands of a call. */
async function leftBehind(): Promise<string> {
  const { heart } = story;
  const id = await heart.ask('prices', { symbols: ['BTC-USD', 'ETH-USD'] });
  await heart.step('refresh');
  await heart.pool.query(
    `update wants set call_id = 'gone', claimed_at = now() - interval '2 minutes' where symbol = 'ETH-USD'`,
  );
  story.on = ['finnhub'];
  await leaveLane('yahoo', 'Yahoo Finance is switched off', heart.world);
  // Of yahoo's own jobs nobody takes any.
  while (await heart.step('fetch-finnhub'));
  return id;
}

test('what stood in its lane is served by others, also what a call had in hand', async () => {
  const id = await leftBehind();
  expect(story.heart.calls.map(({ provider, symbols }) => [provider, ...symbols]).toSorted()).toEqual([
    ['finnhub', 'BTC-USD'],
    ['finnhub', 'ETH-USD'],
  ]);
  expect(await recordOf(story.heart.pool, id)).toMatchObject({ status: 'success', prices: 2 });
});

test('what nobody else can serve is told at once, with the reason', async () => {
  story.scripts = { finnhub: { refuses: () => ({ forMs: 3_600_000, kind: 'quota_spent' }) } };
  const id = await leftBehind();
  expect(await recordOf(story.heart.pool, id)).toMatchObject({ status: 'failed', failed: 2, nextRefreshAt: null });
  expect(await itemsOf(story.heart.pool, id)).toMatchObject([
    {
      reason: 'unavailable',
      chain: [{ provider: 'yahoo', reason: 'unavailable', detail: 'Yahoo Finance is switched off' }],
    },
    { reason: 'unavailable' },
  ]);
});

test('a call that may still be under way keeps what it holds', async () => {
  const { heart } = story;
  await heart.ask('prices', { symbols: ['BTC-USD'] });
  await heart.step('refresh');
  await heart.pool.query(`update wants set call_id = 'under way', claimed_at = now()`);
  await leaveLane('yahoo', 'Yahoo Finance is switched off', heart.world);
  expect((await heart.pool.query('select lane, call_id from wants')).rows).toEqual([
    { lane: 'yahoo', call_id: 'under way' },
  ]);
});

test('what rests waits for nobody there, until its job is retried', async () => {
  const { heart } = story;
  await heart.ask('prices', { symbols: ['BTC-USD'] });
  await heart.step('refresh');
  expect(await lanesWithWants(heart.pool, ['yahoo', 'finnhub'])).toEqual(['yahoo']);
  await heart.pool.query(`update wants set call_id = 'rested', resting = true`);
  expect(await lanesWithWants(heart.pool, ['yahoo', 'finnhub'])).toEqual([]);
});
