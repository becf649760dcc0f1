import pg from 'pg';
import { testDatabase, testRedis } from './index.ts';

describe('testDatabase', () => {
  it('has the tables of the migrations, and is gone after drop', async () => {
    const database = await testDatabase();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query('select count(*)::int as n from refreshes');
    expect(rows[0].n).toBe(0);
    await client.end();
    await database.drop();
    const late = new pg.Client({ connectionString: database.url });
    await expect(late.connect()).rejects.toThrow('does not exist');
  });
});
describe('testRedis', () => {
  it('deletes its own keys alone', async () => {
    const [mine, other] = [testRedis(), testRedis()];
    await mine.client().set(`${mine.prefix}:a`, '1');
    await other.client().set(`${other.prefix}:a`, '1');
    await mine.cleanup();
    expect(await other.client().exists(`${mine.prefix}:a`, `${other.prefix}:a`)).toBe(1);
    await other.cleanup();
  });
});
