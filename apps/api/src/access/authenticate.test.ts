import type { IncomingMessage } from 'node:http';
import { createKey, createPool, createUser, openSession, type Pool, revokeKey } from '@freshet/store';
import { testDatabase } from '@freshet/testing';
import { createGate, type Gate } from './authenticate.ts';

/** What the gate believes, and for how long, on a clock of the story's own. */
let pool: Pool;
let drop: () => Promise<void>;
let gate: Gate;
let userId: string;
let skewMs = 0;
beforeAll(async () => {
  const database = await testDatabase();
  pool = createPool({ url: database.url, max: 2 });
  drop = () => database.drop();
  userId = (await createUser(pool, 'Somebody'))?.id ?? '';
});
beforeEach(() => {
  skewMs = 0;
  gate = createGate({ pool, now: () => Date.now() + skewMs });
});
afterEach(() => gate.close());
afterAll(async () => {
  await pool.end();
  await drop();
});

const make = (expiresAt: Date | null = null) => createKey(pool, { userId, role: 'user', name: 'k', expiresAt });
const by = (secret: string, headers = {}): IncomingMessage =>
  ({ method: 'GET', headers: { authorization: `Bearer ${secret}`, ...headers } }) as unknown as IncomingMessage;
const admit = async (request: IncomingMessage) => (await gate.admit(request, '10.0.0.1')).keyId;

test('a key that is revoked elsewhere is believed for 4 s at most', async () => {
  const { id, secret } = await make();
  expect(await admit(by(secret))).toBe(id);
  await revokeKey(pool, id, null);
  skewMs = 3_900;
  expect(await admit(by(secret))).toBe(id);
  skewMs = 4_200;
  await expect(admit(by(secret))).rejects.toMatchObject({ code: 'unauthenticated' });
});

test('a key that expires while it is believed is refused from then on', async () => {
  const { id, secret } = await make(new Date(Date.now() + 2_000));
  expect(await admit(by(secret))).toBe(id);
  skewMs = 2_100;
  await expect(admit(by(secret))).rejects.toMatchObject({ code: 'unauthenticated' });
});

test('a session is looked up as a session, a key as a key, and nothing longer than either at all', async () => {
  const { id, secret } = await make();
  const token = await openSession(pool, id);
  const browser = (cookie: string, more = {}) =>
    ({ method: 'POST', headers: { cookie: `freshet_session=${cookie}`, ...more } }) as unknown as IncomingMessage;
  const ours = { 'sec-fetch-site': 'same-origin' };
  expect(await admit(browser(token, ours))).toBe(id);
  for (const site of [undefined, 'none', 'same-site', 'cross-site'])
    await expect(admit(browser(token, { 'sec-fetch-site': site }))).rejects.toMatchObject({ code: 'cross_site' });
  await expect(admit(by(token))).rejects.toMatchObject({ code: 'unauthenticated' });
  await expect(admit(browser(secret, ours))).rejects.toMatchObject({ code: 'unauthenticated' });
  // Refused for its length, before the site that it comes from is looked at.
  await expect(admit(browser('x'.repeat(201)))).rejects.toMatchObject({ code: 'unauthenticated' });
});
