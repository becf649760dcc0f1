import type { Asker as ProviderDoor } from '@freshet/providers';
import { createPool, type Pool, type QuoteRow, storeQuotes, withTx } from '@freshet/store';
import { faultyProxy, quoteToStore, testDatabase } from '@freshet/testing';
import { createAskerPort } from './asker.ts';

let pool: Pool;
let url: string;
let drop: () => Promise<void>;

beforeAll(async () => {
  const database = await testDatabase();
  url = database.url;
  pool = createPool({ url: database.url });
  drop = () => database.drop();
});
afterAll(async () => {
  await pool.end();
  await drop();
});

const nobody = {} as ProviderDoor;
const rateNow = async () => (await createAskerPort(nobody, pool).usdtRates())?.now ?? null;

function tether(price: string, quality: QuoteRow['quality'], minute: number): Promise<unknown> {
  const at = new Date(Date.UTC(2026, 2, 4, 16, minute));
  const row = quoteToStore('USDT-USD', price, { source: 'coingecko', quality, fetchedAt: at });
  return withTx(pool, (client) => storeQuotes(client, [row]));
}

test('coins are converted by the last rate that was above suspicion, and by none while there is none', async () => {
  expect(await rateNow()).toBeNull();
  await tether('0.5', 'suspect', 0);
  expect(await rateNow()).toBeNull();
  await tether('0.9991', 'good', 1);
  expect(await rateNow()).toBe('0.9991');
  await tether('0.61', 'suspect', 2);
  expect(await rateNow()).toBe('0.9991');
});

test('an answer that is to be converted while Postgres is away waits for the rate', async () => {
  await tether('0.9993', 'good', 3);
  const line = await faultyProxy({ target: url });
  let met = () => {};
  const away = new Promise<void>((resolve) => {
    met = resolve;
  });
  const behind = createPool({ url: line.url });
  const query = behind.query.bind(behind) as (...of: unknown[]) => Promise<unknown>;
  behind.query = ((...of: unknown[]) => {
    const asked = query(...of);
    asked.catch(() => met());
    return asked;
  }) as typeof behind.query;
  try {
    await line.refuse();
    const rates = createAskerPort(nobody, behind).usdtRates();
    await Promise.race([away, rates]);
    line.pass();
    expect((await rates)?.now).toBe('0.9993');
  } finally {
    await behind.end();
    await line.close();
  }
});
