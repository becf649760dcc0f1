import { withDatabase } from '@freshet/testing';
import { finishIdempotent, forgetIdempotent, startIdempotent, writeEffect } from './idempotency.ts';

/** The key of a request whose process died: who may have it, and when. */
const { pool } = await withDatabase({ max: 2 });
beforeEach(() => pool.query('delete from idempotency_keys'));

const place = { principal: 'key_a', key: 'k' };
const start = (fingerprint = 'this') => startIdempotent(pool, { ...place, fingerprint });
const age = (by: string) => pool.query(`update idempotency_keys set created_at = created_at - $1::interval`, [by]);
const answer = { status: 201, headers: {}, body: { n: 1 } };
const first = { outcome: 'first', effects: {} };

test('who did nothing within a minute and a half has died: the same request begins anew, once', async () => {
  expect(await start()).toEqual(first);
  await age('80 seconds');
  expect(await start()).toEqual({ outcome: 'at_work' });
  await age('15 seconds');
  expect(await Promise.all([start(), start()])).toEqual(expect.arrayContaining([first, { outcome: 'at_work' }]));
});

test('another request gets no key of a dead one', async () => {
  await start();
  await age('5 minutes');
  expect(await start('another')).toEqual({ outcome: 'other_request' });
});

test('who died after it had done something is not begun anew: what it did is known', async () => {
  await start();
  await writeEffect(pool, place, { name: 'made', value: 'pf_1' });
  expect(await start()).toEqual({ outcome: 'at_work' });
  await age('5 minutes');
  expect(await start()).toEqual({ outcome: 'first', effects: { made: 'pf_1' } });
  await forgetIdempotent(pool, place);
  expect(await start()).toEqual({ outcome: 'first', effects: { made: 'pf_1' } });
});

test('an answer stays, whatever comes later, and is given again until the day is over', async () => {
  await start();
  await finishIdempotent(pool, { ...place, answer });
  await finishIdempotent(pool, { ...place, answer: { ...answer, status: 500 } });
  await forgetIdempotent(pool, place);
  await age('23 hours');
  expect(await start()).toEqual({ outcome: 'replay', answer });
  await age('61 minutes');
  expect(await start('another')).toEqual(first);
  // Nothing of the answer before is left.
  expect(await start('another')).toEqual({ outcome: 'at_work' });
});

test('the key of one principal is nobody else’s', async () => {
  await start();
  await startIdempotent(pool, { principal: 'key_b', key: 'k', fingerprint: 'this' });
  await startIdempotent(pool, { principal: 'key_a', key: 'other', fingerprint: 'this' });
  await writeEffect(pool, place, { name: 'made', value: 'pf_1' });
  await finishIdempotent(pool, { ...place, answer });
  await forgetIdempotent(pool, { principal: 'key_b', key: 'k' });
  const { rows } = await pool.query('select principal, key, status, effects from idempotency_keys order by key');
  expect(rows).toEqual([
    { ...place, status: 201, effects: { made: 'pf_1' } },
    { principal: 'key_a', key: 'other', status: null, effects: {} },
  ]);
});
