import { createServer, get, Agent, type IncomingMessage, type RequestListener } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { closable } from './closable.ts';

/** More than the buffers of a connection hold, so that its end is sent when it is read. */
const LARGE = Buffer.alloc(20_000_000, 'x');

async function serving(app: RequestListener) {
  const server = createServer({ keepAliveTimeout: 60_000 }, app);
  const close = closable(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { close, port, url: `http://127.0.0.1:${port}/` };
}

/** Reads an answer to its end, a part at a time. */
async function slowly(response: IncomingMessage): Promise<number> {
  let bytes = 0;
  for await (const chunk of response) {
    bytes += (chunk as Buffer).length;
    if (bytes % 10 === 0) await sleep(1);
  }
  return bytes;
}

const asked = async (url: string, agent: Agent) => (await once(get(url, { agent }), 'response'))[0] as IncomingMessage;

test.each(['before its head was sent', 'after'])('a large answer that began %s is sent to its end', async (when) => {
  const reached = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const { close, url } = await serving((_request, response) => {
    if (when === 'after') response.writeHead(200, { 'content-length': LARGE.length }).flushHeaders();
    reached.resolve();
    void closed.promise.then(() => response.end(LARGE));
  });
  const answer = asked(url, new Agent({ keepAlive: true }));
  await reached.promise;
  const ended = close(30_000);
  closed.resolve();
  const response = await answer;
  // Long enough for everything that the server had to hand over.
  await sleep(300);
  expect(await slowly(response)).toBe(LARGE.length);
  await ended;
});

test('kept connections, and those on which nothing was asked yet, hold nothing up', async () => {
  const { close, port, url } = await serving((_request, response) => void response.end('ok'));
  const agent = new Agent({ keepAlive: true });
  await slowly(await asked(url, agent));
  const silent = connect(port, '127.0.0.1').on('error', () => {});
  await once(silent, 'connect');
  await sleep(50);
  const ends = await Promise.race([close(30_000).then(() => 'at once'), sleep(10_000, 'late', { ref: false })]);
  expect(ends).toBe('at once');
  silent.destroy();
  agent.destroy();
});
