import { withDatabase } from '@freshet/testing';
import { readProviderStatus, writeProviderStatus } from './provider-status-rows.ts';

const { pool } = await withDatabase();

const well = {
  title: 'Yahoo',
  enabled: true,
  health: 'healthy',
  breaker: 'closed',
  because: null,
  requests_per_minute: 1,
};
const write = (status: object, provider = 'yahoo') =>
  writeProviderStatus(pool, [
    { provider, status },
    { provider: 'fmp', status: { ...well, title: 'FMP' } },
  ]);
const told = async () =>
  (await pool.query(`select items from events where type = 'provider_status' order by id`)).rows.map(
    ({ items }) => items,
  );

test('a provider whose state changes is told of once, whichever worker writes it down; its use is not', async () => {
  await write(well);
  await write({ ...well, requests_per_minute: 7 });
  expect(await told()).toEqual([]);

  const down = { ...well, health: 'down', breaker: 'open', because: 'It fails: 503' };
  await Promise.all(Array.from({ length: 8 }, () => write(down)));
  expect(await told()).toEqual([
    [{ provider: 'yahoo', title: 'Yahoo', enabled: true, health: 'down', breaker: 'open', because: 'It fails: 503' }],
  ]);

  await Promise.all(Array.from({ length: 8 }, () => write(well)));
  expect(await told()).toHaveLength(2);
  expect((await readProviderStatus<object>(pool)).map(({ status }) => status)).toEqual([
    { ...well, title: 'FMP' },
    well,
  ]);
});
