import { itemsOf, recordOf, startHeart } from './heart.ts';

/** What a grant pays for may not come about. Crypto, so that the clock is no matter. */
const heart = await startHeart(() => [{ name: 'yahoo', batch: 10 }]);

beforeEach(() => heart.clear());

/** Until it is made good, whatever changes these rows fails with this. */
async function failing(table: string, columns: string, code: string): Promise<() => Promise<unknown>> {
  await heart.pool.query(
    `create or replace function no() returns trigger language plpgsql as $$ begin raise 'no' using errcode = '${code}'; end $$;
     create trigger no before update of ${columns} on ${table} for each row execute function no()`,
  );
  return () => heart.pool.query(`drop trigger no on ${table}`);
}

test('a claim that fails gives the grant back', async () => {
  const id = await heart.ask('prices', { symbols: ['BTC-USD'] });
  await heart.step('refresh');
  const mend = await failing('wants', 'call_id', '55P03');
  await expect(heart.step('fetch-yahoo')).rejects.toMatchObject({ code: '55P03' });
  expect([heart.calls.length, heart.given.back]).toEqual([0, 1]);
  await mend();
  await heart.world.ring.lane('yahoo', 1);
  await heart.work();
  expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'success', prices: 1 });
  expect([heart.calls.length, heart.given.back]).toEqual([1, 1]);
});

test('so does what was known already and can not be landed', async () => {
  const [first, second] = [['BTC-USD'], ['BTC-USD', 'ETH-USD']];
  await heart.ask('prices', { symbols: second });
  await heart.step('refresh');
  await heart.pool.query(`update refresh_items set fresh_after = now() - interval '1 hour'`);
  await heart.pool.query(`update wants set fresh_after = now() - interval '1 hour'`);
  // Brought by a call that asked for it alone.
  await heart.pool.query(
    `insert into latest_quotes (symbol, price, currency, source, quote_time, fetched_at, delay_s, quality, provenance)
     select s, 10, 'USD', 'yahoo', now(), now(), 0, 'good', '{}' from unnest($1::text[]) s`,
    [first],
  );
  const mend = await failing('refresh_items', 'state', '22000');
  await expect(heart.step('fetch-yahoo')).rejects.toMatchObject({ code: '22000' });
  await mend();
  expect([heart.calls.length, heart.given.back]).toEqual([0, 1]);
  expect(await itemsOf(heart.pool, (await heart.pool.query('select id from refreshes')).rows[0].id)).toMatchObject([
    { state: 'waiting' },
    { state: 'waiting' },
  ]);
});

test('a claim that loses a deadlock is made again, with the same grant', async () => {
  await heart.pool.query(
    `create sequence tries;
     create function no_at_first() returns trigger language plpgsql as
       $$ begin if nextval('tries') < 3 then raise 'no' using errcode = '40P01'; end if; return new; end $$;
     create trigger no before update of call_id on wants for each row execute function no_at_first()`,
  );
  const id = await heart.ask('prices', { symbols: ['BTC-USD'] });
  await heart.work();
  await heart.pool.query('drop trigger no on wants');
  expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'success', prices: 1 });
  expect([heart.calls.length, heart.given.back]).toEqual([1, 0]);
});
