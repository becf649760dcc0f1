import { postRefresh, untilEnd } from './client.ts';
import { startSystem, type System } from './system.ts';

/** What somebody finds who looks for a refresh in the logs of all processes. */
let system: System;
beforeAll(async () => {
  system = await startSystem({ workers: 1, durable: false, scheduler: false, env: { LOG_LEVEL: 'debug' } });
}, 180_000);
afterAll(() => system?.stop(), 60_000);

type Line = Record<string, unknown> & { msg: string; refresh_ids?: string[] };

const linesOf = (text: string): Line[] =>
  text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Line] : []));

test('every line of a refresh’s work names its request or those it is for, its job and its provider', async () => {
  const ask = async (id: string, symbols: string[]) => {
    const body = { symbols, max_age_s: 0 };
    const { refresh_id } = await postRefresh(system, '/api/v1/manual/refresh/prices', body, {
      headers: { 'x-request-id': id },
    });
    await untilEnd(system, refresh_id);
    return refresh_id;
  };
  // Of two providers: the first call is made by the plan's job, the other by one of a lane, which is anybody's.
  const mixed = await ask('asked-for-two', ['AAPL', 'BTC-USD']);
  const plain = await ask('asked-for-one', ['MSFT']);
  const [worker] = system.workers;
  await worker?.terminate();

  const lines = linesOf(worker?.stderr() ?? '');
  const asked = lines.filter(({ msg, refresh_ids: ids }) => msg === 'asked' && ids?.includes(mixed));
  const queues = asked.map(({ queue }) => String(queue).replace(/^fetch-.*/, 'a lane'));
  expect([...new Set(queues)].sort()).toEqual(['a lane', 'refresh']);
  for (const line of asked) expect(line).toMatchObject({ job: expect.any(String), provider: expect.any(String) });
  expect(asked.find(({ queue }) => queue === 'refresh')).toMatchObject({ request_id: 'asked-for-two' });

  const ends = lines.filter(({ msg }) => msg === 'a refresh ended');
  expect(ends).toMatchObject([
    { refresh_id: mixed, request_id: 'asked-for-two', job: expect.any(String), provider: expect.any(String) },
    { refresh_id: plain, request_id: 'asked-for-one', job: expect.any(String), provider: expect.any(String) },
  ]);
  expect(linesOf(system.apiProcess.stderr())).toContainEqual(
    expect.objectContaining({ msg: 'request', request_id: 'asked-for-two', refresh_id: mixed }),
  );
  for (const secret of [...Object.values(system.keys), 'crumb=']) expect(worker?.stderr()).not.toContain(secret);
});
