import { Agent, type IncomingMessage, request } from 'node:http';
import { eventually } from '@freshet/testing';
import { postRefresh } from '../client.ts';
import { onlyProviders } from '../simulator-log.ts';
import { startSystem, type System } from '../system.ts';

/** SIGTERM while clients wait, keep their connections and don't let go, and while a call hangs at a provider: an end in order all the same. */
let system: System;

beforeAll(async () => {
  system = await startSystem({
    workers: 0,
    scheduler: false,
    durable: false,
    simulator: ['--latency', '25000'],
    env: { DRAIN_TIMEOUT: '60s', LOG_LEVEL: 'info', ...onlyProviders('YAHOO') },
  });
  // Its call takes far longer than that.
  await system.addWorker({ DRAIN_TIMEOUT: '6s' });
}, 180_000);
afterAll(() => system?.stop(), 60_000);

interface Said {
  status: number;
  connection: string | undefined;
  reused: boolean;
  body: Record<string, unknown>;
}

function ask(agent: Agent, method: string, path: string, { headers = {}, body }: Asked = {}): Promise<Said> {
  return new Promise((resolve, reject) => {
    const sent = request(`${system.api}${path}`, {
      method,
      agent,
      headers: { authorization: `Bearer ${system.keys.system}`, 'content-type': 'application/json', ...headers },
    });
    sent.on('error', reject);
    sent.on('response', (response: IncomingMessage) => {
      let text = '';
      response.on('error', reject);
      response.on('data', (chunk) => {
        text += String(chunk);
      });
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          connection: response.headers.connection,
          reused: sent.reusedSocket,
          body: JSON.parse(text),
        }),
      );
    });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

interface Asked {
  headers?: Record<string, string>;
  body?: object;
}

/** A client that never answers that the WebSocket is to be closed. */
function deafWebSocket(): Promise<void> {
  return new Promise((resolve, reject) => {
    const opening = request(`${system.api}/ws/prices`, {
      headers: {
        authorization: `Bearer ${system.keys.system}`,
        ...{ connection: 'upgrade', upgrade: 'websocket' },
        ...{ 'sec-websocket-version': '13', 'sec-websocket-key': Buffer.alloc(16).toString('base64') },
      },
    });
    opening.on('error', reject);
    opening.on('response', () => reject(new Error('not upgraded')));
    opening.on('upgrade', (_response, socket) => {
      socket.on('error', () => {});
      socket.resume();
      resolve();
    });
    opening.end();
  });
}

test('an api that is told to end answers whoever waits with what is known, lets no connection hold it up and ends in order', async () => {
  const { refresh_id } = await postRefresh(system, '/api/v1/manual/refresh/prices', { symbols: ['AAPL'] });
  await deafWebSocket();
  const [waiting, busy] = [new Agent({ keepAlive: true }), new Agent({ keepAlive: true, maxSockets: 1 })];
  const wait = { headers: { prefer: 'wait=60' } };
  const waiters = [
    ask(waiting, 'POST', '/api/v1/manual/refresh/prices', { ...wait, body: { symbols: ['MSFT'] } }),
    ask(waiting, 'GET', `/api/v1/refreshes/${refresh_id}`, wait),
    ask(waiting, 'GET', '/api/v1/market-data/fetch/KO'),
  ];
  const polled: Said[] = [];
  let refused: Error | undefined;
  const polling = (async () => {
    for (;;) {
      try {
        polled.push(await ask(busy, 'GET', `/api/v1/refreshes/${refresh_id}`));
      } catch (error) {
        refused = error as Error;
        return;
      }
    }
  })();
  // All of them wait, and the busy client has come back on its connection.
  await eventually(
    async () => {
      expect(polled.length).toBeGreaterThan(3);
      expect((await ask(waiting, 'GET', '/api/v1/refreshes')).body.data).toHaveLength(3);
    },
    { withinMs: 20_000 },
  );
  const began = performance.now();
  const ended = await system.apiProcess.terminate();
  await polling;
  expect(ended).toEqual({ code: 0, signal: null });
  // Whoever held it up would do so for longer: the WebSocket for 30 s, each of the others for 25 at least.
  expect(performance.now() - began).toBeLessThan(20_000);
  const [posted, got, fetched] = await Promise.all(waiters);
  expect(posted).toMatchObject({ status: 202, connection: 'close' });
  expect(got).toMatchObject({ status: 200, connection: 'close', body: { refresh_id } });
  expect(fetched).toMatchObject({ status: 202, connection: 'close' });
  // The busy client asked on one connection for as long as it was let.
  expect(polled.slice(1, -1).every(({ connection, reused }) => connection === 'keep-alive' && reused)).toBe(true);
  expect(refused).toMatchObject({ code: expect.stringMatching(/^ECONN(REFUSED|RESET)$/) });
  await system.restartApi();
}, 120_000);

test('a worker whose call hangs gives up on it within its own time, and ends in order', async () => {
  const worker = system.workers.splice(0)[0];
  const ended = await worker?.terminate();
  expect(worker?.stderr()).toContain('not waiting any longer for running jobs');
  expect(ended).toEqual({ code: 0, signal: null });
}, 60_000);
