import { withDatabase } from '@freshet/testing';
import { createKey, hashSecret, keysThatEnded } from './keys.ts';
import { createSignInLink, findSession, openSession, sessionsThatEnded, useSignInLink } from './sessions.ts';

const { pool } = await withDatabase({ max: 2 });
let mine: string;
let others: string;

beforeAll(async () => {
  await pool.query(`insert into users (id, name) values ('usr_1', 'One'), ('usr_2', 'Two')`);
  const key = async (userId: string) => (await createKey(pool, { userId, role: 'user', name: 'own' })).id;
  [mine, others] = [await key('usr_1'), await key('usr_2')];
});
beforeEach(() => pool.query('delete from sessions'));

const expire = (token: string) =>
  pool.query(`update sessions set expires_at = now() - interval '1 second' where token_hash = $1`, [hashSecret(token)]);
const ended = async (...tokens: string[]) =>
  (await sessionsThatEnded(pool, tokens.map(hashSecret))).map((hash) =>
    tokens.findIndex((token) => hashSecret(token) === hash),
  );

test('a session is open until it expires, and is told to have ended from then on', async () => {
  const [old, other] = [await openSession(pool, mine), await openSession(pool, mine)];
  expect(await ended(old, other)).toEqual([]);
  await expire(old);
  expect(await findSession(pool, old)).toBeNull();
  expect(await findSession(pool, other)).toMatchObject({ id: mine });
  expect(await ended(old, other)).toEqual([0]);
});

test('a link is no session, used or not, and a session signs nobody in', async () => {
  const [link, session] = [await createSignInLink(pool, mine), await openSession(pool, mine)];
  expect(await useSignInLink(pool, session)).toBeNull();
  expect(await findSession(pool, link)).toBeNull();
  expect(await useSignInLink(pool, link)).toMatchObject({ id: mine });
  expect(await findSession(pool, link)).toBeNull();
  expect(await ended(link, session)).toEqual([0]);
});

test('a link that is too old signs nobody in', async () => {
  const link = await createSignInLink(pool, mine);
  await expire(link);
  expect(await useSignInLink(pool, link)).toBeNull();
});

test('however often somebody signs in, nobody else’s session is over by that', async () => {
  const first = await openSession(pool, others);
  for (let n = 0; n < 25; n++) await openSession(pool, mine);
  expect(await findSession(pool, first)).toMatchObject({ id: others });
});

test('of keys those have ended that were revoked or have expired, and no others', async () => {
  const key = async (expiresAt: Date | null) =>
    (await createKey(pool, { userId: 'usr_1', role: 'user', name: 'own', expiresAt })).id;
  const [past, future] = [await key(new Date(Date.now() - 1_000)), await key(new Date(Date.now() + 60_000))];
  const revoked = await key(null);
  await pool.query('update api_keys set revoked_at = now() where id = $1', [revoked]);
  expect((await keysThatEnded(pool, [past, future, revoked, mine])).sort()).toEqual([past, revoked].sort());
});
