import { itemsOf, recordOf, startHeart } from './heart.ts';

const heart = await startHeart(() => [{ name: 'yahoo' }]);

test('a portfolio that is valued again, which names no symbol, goes to its calculations and asks nobody', async () => {
  await heart.pool.query(`insert into users (id, name) values ('usr_1', 'One')`);
  await heart.pool.query(`insert into portfolios (id, user_id, name) values ('pf_1', 'usr_1', 'Mine')`);
  await heart.pool.query(`insert into holdings (id, portfolio_id, symbol, quantity) values ('h', 'pf_1', 'AAPL', 1)`);
  const id = await heart.ask('portfolio', { symbols: [] });
  expect(await heart.step('refresh')).toBe(true);
  expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'in_progress', symbols: [], open: 0, total: 1 });
  expect(await itemsOf(heart.pool, id)).toMatchObject([{ subject: 'pf_1', data: 'portfolio', state: 'waiting' }]);
  // Whoever asks for the portfolio itself waits for a refresh of its own, which does fetch.
  expect(await heart.ask('portfolio')).not.toBe(id);
  expect(await heart.step('follow')).toBe(true);
  expect(heart.calls).toEqual([]);
});
