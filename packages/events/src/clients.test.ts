import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RefreshRecord } from '@freshet/contracts';
import { redisProducer, redisSubscriber, whenReady } from '@freshet/runtime';
import { eventually, testRedis, withDatabase } from '@freshet/testing';
import { EventSource } from 'eventsource';
import { WebSocket, WebSocketServer } from 'ws';
import {
  createHints,
  type ViewHint,
  type EventSubscriber,
  type OpenStream,
  serveSse,
  type SseOptions,
  serveWebSocket,
  type WebSocketOptions,
} from './index.ts';
import { type EventLog, eventLog, staff } from './log.fixture.ts';

const redis = testRedis();
let run = 0;
let log: EventLog;
let reader: EventSubscriber;
let server: Server;
let sockets: WebSocketServer;
let base: string;
let streams: OpenStream[];
let sse: Partial<SseOptions>;
let ws: Partial<WebSocketOptions>;

const { url: databaseUrl } = await withDatabase();
afterAll(() => redis.cleanup());
beforeEach(async () => {
  log = await eventLog(databaseUrl, redis.url, `${redis.prefix}-${++run}`);
  log.relay();
  reader = await log.reader();
  streams = [];
  sse = {};
  ws = {};
  server = createServer((incoming, response) => {
    const after = incoming.headers['last-event-id'];
    const stream = serveSse(response, {
      subscriber: reader,
      filter: { viewer: staff },
      after: after ? Number(after) : undefined,
      ...sse,
    });
    streams.push(stream);
  });
  sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on('connection', (socket) => serveWebSocket(socket, { subscriber: reader, viewer: staff, ...ws }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  for (const stream of streams) stream.close();
  for (const socket of sockets.clients) socket.terminate();
  sockets.close();
  server.closeAllConnections();
  server.close();
  await log.end();
});

const price = (symbol: string, at = 0) => ({ symbol, price: 100 + at });

/** The raw text of a stream, as it comes. */
async function raw(headers: Record<string, string> = {}) {
  const opened = await new Promise<IncomingMessage>((resolve) => {
    request(`http://${base}/`, { headers }, resolve).end();
  });
  const client = { response: opened, text: '', ended: false };
  opened.on('data', (piece) => {
    client.text += String(piece);
  });
  opened.on('end', () => {
    client.ended = true;
  });
  opened.on('error', () => {});
  return client;
}

describe('Server-Sent Events', () => {
  test('a stream says how to come back, and gives each event its number, its type and its data', async () => {
    const client = await raw();
    expect(client.response.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    await log.write([price('AAPL'), price('MSFT')]);
    await eventually(() => expect(client.text).toContain('MSFT'));
    expect(client.text).toBe(
      'retry: 2000\n\n' +
        'id: 1\nevent: price_update\ndata: {"price":100,"symbol":"AAPL"}\n\n' +
        'id: 2\nevent: price_update\ndata: {"price":100,"symbol":"MSFT"}\n\n',
    );
    client.response.destroy();
    await eventually(() => expect(reader.clients).toBe(0));
  });

  test('a browser that loses its connection comes back by itself and misses and repeats nothing', async () => {
    const numbers: number[] = [];
    const source = new EventSource(`http://${base}/`);
    source.addEventListener('price_update', ({ lastEventId }) => numbers.push(Number(lastEventId)));
    await eventually(() => expect(reader.clients).toBe(1));
    for (let index = 0; index < 5; index += 1) await log.write([price('AAPL', index)]);
    await eventually(() => expect(numbers).toEqual([1, 2, 3, 4, 5]));
    streams[0]?.close();
    for (let index = 0; index < 5; index += 1) await log.write([price('AAPL', index)]);
    await eventually(() => expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
    source.close();
  });

  test('silence is broken by comments, and a life has an end', async () => {
    sse = { heartbeatMs: 30, lifeMs: 2_000 };
    const client = await raw();
    await eventually(() => expect(client.text).toMatch(/^retry: 2000\n\n(:\n\n){2,}/));
    await eventually(() => expect(client.ended).toBe(true));
    expect(reader.clients).toBe(0);
  });

  test('the stream of a refresh ends behind its end', async () => {
    sse = {
      filter: { viewer: staff, refreshId: 'ref_1' },
      until: (type, payload) => type === 'refresh_progress' && payload.status === 'success',
    };
    const client = await raw();
    await eventually(() => expect(reader.clients).toBe(1));
    await log.write([{ refresh_id: 'ref_1', status: 'in_progress' }], { type: 'refresh_progress' });
    await log.write([{ refresh_id: 'ref_2', status: 'success' }], { type: 'refresh_progress' });
    await log.write([{ refresh_id: 'ref_1', status: 'success' }], { type: 'refresh_progress' });
    await eventually(() => expect(client.ended).toBe(true));
    expect([...client.text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => id)).toEqual(['1', '3']);
  });

  test('a client that stops reading costs a bounded buffer, and hears what it missed when it reads again', async () => {
    const client = await raw();
    await eventually(() => expect(reader.clients).toBe(1));
    client.response.pause();
    // 39 MB: more than kernels let the buffers of a connection grow to, which once held all of 6 MB, so that nobody missed anything.
    const filling = 'x'.repeat(130_000);
    let served: ServerResponse | null = null;
    server.prependOnceListener('request', (_request, response) => {
      served = response;
    });
    const other = await raw();
    const watched = served as unknown as ServerResponse;
    other.response.pause();
    for (let index = 0; index < 300; index += 1) await log.write([{ ...price('AAPL', index), filling }]);
    await eventually(() => expect(reader.head).toBe(300));
    expect(watched.writableLength).toBeLessThan(1_000_000);
    client.response.resume();
    await eventually(() => expect(client.text).toContain('event: lag'));
    const [, notice] = /event: lag\ndata: (.*)\n/.exec(client.text) as unknown as [string, string];
    const { from, to } = JSON.parse(notice) as { from: number; to: number };
    const ids = [...client.text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
    expect(ids[0]).toBe(1);
    expect(ids.filter((id) => id < from)).toEqual(Array.from({ length: from - 1 }, (_, index) => index + 1));
    expect(ids).toContain(to);
    expect(client.text).toContain('"price":399');
    client.response.destroy();
    other.response.destroy();
  });

  test('a stream that has ended is cut off when its client doesn’t read the rest, and is open until then', async () => {
    sse = { lastMs: 50 };
    let served: ServerResponse | null = null;
    server.prependOnceListener('request', (_request, response) => {
      served = response;
    });
    const client = await raw();
    client.response.pause();
    const response = served as unknown as ServerResponse;
    for (let index = 0; response.writableLength === 0; index += 1) {
      await log.write([{ ...price('AAPL', index), filling: 'x'.repeat(50_000) }]);
      await eventually(() => expect(reader.head).toBe(index + 1));
    }
    const notes: string[] = [];
    void streams[0]?.closed.then(() => notes.push('closed'));
    streams[0]?.close();
    expect(reader.clients).toBe(0);
    await new Promise(setImmediate);
    expect([notes, response.destroyed]).toEqual([[], false]);
    await eventually(() => expect([notes, response.destroyed]).toEqual([['closed'], true]));
  });

  test('a client that went before it was served leaves nothing behind', async () => {
    server.removeAllListeners('request');
    const asking = request(`http://${base}/`);
    asking.on('error', () => {});
    asking.end();
    const [, response] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
    asking.destroy();
    await once(response, 'close');
    await serveSse(response, { subscriber: reader, filter: { viewer: staff } }).closed;
    expect(reader.clients).toBe(0);
  });
});

describe('WebSocket', () => {
  async function connect() {
    const socket = new WebSocket(`ws://${base}/`);
    const client = { socket, received: [] as Record<string, unknown>[], code: 0 };
    socket.on('message', (data) => client.received.push(JSON.parse(String(data)) as Record<string, unknown>));
    socket.on('close', (code) => {
      client.code = code;
    });
    socket.on('error', () => {});
    await new Promise((resolve) => socket.once('open', resolve));
    const say = (message: unknown) => socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    return { ...client, client, say };
  }

  test('prices flow for what is subscribed, until it is unsubscribed', async () => {
    const { client, say } = await connect();
    await log.write([price('AAPL')]);
    await eventually(() => expect(reader.head).toBe(1));
    say({ action: 'subscribe', symbols: ['AAPL', 'MSFT'] });
    await eventually(() => expect(client.received).toEqual([{ type: 'subscribed', symbols: ['AAPL', 'MSFT'] }]));
    await log.write([price('AAPL', 1), price('GOOG', 1)]);
    await eventually(() => expect(client.received.length).toBe(2));
    expect(client.received[1]).toEqual({ id: 2, type: 'price_update', data: { symbol: 'AAPL', price: 101 } });
    say({ action: 'unsubscribe', symbols: ['AAPL'] });
    await eventually(() => expect(client.received[2]).toEqual({ type: 'subscribed', symbols: ['MSFT'] }));
    await log.write([price('AAPL', 2), price('MSFT', 2)]);
    await eventually(() => expect(client.received[3]).toMatchObject({ id: 5, data: { symbol: 'MSFT' } }));
    say({ action: 'subscribe', symbols: ['*'], types: ['price_update'] });
    await eventually(() => expect(client.received[4]).toMatchObject({ symbols: ['*', 'MSFT'] }));
    await log.write([price('GOOG', 3)]);
    await eventually(() => expect(client.received[5]).toMatchObject({ data: { symbol: 'GOOG' } }));
    client.socket.terminate();
    await eventually(() => expect(reader.clients).toBe(0));
  });

  test('a socket that names the last number it saw goes on behind it', async () => {
    for (let index = 0; index < 4; index += 1) await log.write([price('AAPL', index)]);
    await eventually(() => expect(reader.head).toBe(4));
    ws = { after: 2 };
    const { client, say } = await connect();
    say({ action: 'subscribe', symbols: ['AAPL'] });
    await eventually(() => expect(client.received.map(({ id }) => id).filter(Boolean)).toEqual([3, 4]));
    client.socket.terminate();
  });

  test('what isn’t understood is answered with an error, and the connection lives on', async () => {
    ws = { maxSymbols: 3 };
    const { client, say } = await connect();
    for (const nonsense of [
      'no json',
      '[]',
      '{"action":"fly"}',
      { action: 'subscribe' },
      { action: 'subscribe', symbols: [] },
      { action: 'subscribe', symbols: ['not a symbol!'] },
      { action: 'subscribe', symbols: ['AAPL'], role: 'admin' },
    ])
      say(nonsense);
    say({ action: 'subscribe', symbols: ['A', 'B', 'C', 'D'] });
    say({ action: 'ping' });
    await eventually(() => expect(client.received.at(-1)).toEqual({ type: 'pong' }));
    expect(client.received.map(({ code }) => code).slice(0, 8)).toEqual([
      ...Array(7).fill('invalid_message'),
      'too_many_symbols',
    ]);
    // What is right but for one symbol says which.
    expect(client.received.map(({ detail }) => String(detail).startsWith('"NOT A SYMBOL!" is not a symbol'))).toEqual(
      client.received.map((_, i) => i === 5),
    );
    client.socket.terminate();
  });

  test('too many messages, too long ones and binary ones end the connection', async () => {
    ws = { messagesPerSecond: 3 };
    const talker = await connect();
    for (let index = 0; index < 20; index += 1) talker.say({ action: 'ping' });
    const lecturer = await connect();
    lecturer.say(`"${'x'.repeat(17_000)}"`);
    const machine = await connect();
    machine.socket.send(Buffer.from([1, 2, 3]));
    await eventually(() =>
      expect([talker.client.code, lecturer.client.code, machine.client.code]).toEqual([1008, 1009, 1003]),
    );
    expect(talker.client.received.length).toBeLessThanOrEqual(7);
  });

  /** Talks and doesn't read, until the server doesn't listen either. */
  async function talkWithoutReading() {
    const { client, say } = await connect();
    const [served] = [...sockets.clients] as [WebSocket];
    say({ action: 'subscribe', symbols: Array.from({ length: 500 }, (_, index) => `LONGSYMBOL${index}`) });
    await eventually(() => expect(client.received.length).toBe(1));
    client.socket.pause();
    const times = 3_000;
    // Each is long, so that few of them come at once.
    for (let index = 0; index < times; index += 1) say(`{"action":"unsubscribe","symbols":["X"]${' '.repeat(10_000)}}`);
    await eventually(() => expect(served.isPaused).toBe(true), { withinMs: 60_000 });
    return { client, served, times };
  }

  test('who talks and doesn’t read isn’t listened to until it reads, and then hears every answer', async () => {
    ws = { messagesPerSecond: 100_000 };
    const { client, served, times } = await talkWithoutReading();
    expect(served.bufferedAmount).toBeLessThan(1_000_000);
    client.socket.resume();
    await eventually(() => expect(client.received.length).toBe(times + 1), { withinMs: 60_000 });
    client.socket.terminate();
  }, 150_000);

  test('who talks and never reads is cut off', async () => {
    ws = { messagesPerSecond: 100_000, stuckMs: 50 };
    const { client } = await talkWithoutReading();
    await eventually(() => expect(sockets.clients.size).toBe(0));
    expect(reader.clients).toBe(0);
    client.socket.terminate();
  }, 90_000);

  test('whether its ping was answered is not asked while it isn’t listened to, nor at once afterwards', async () => {
    /** A connection in memory, so that what it says comes when it is to. */
    const peer = Object.assign(new EventEmitter(), {
      ...{ bufferedAmount: 0, paused: false, gone: false, asked: [] as string[] },
      send: () => {},
      close: () => {},
      ping: (text: string) => void peer.asked.push(text),
      terminate: () => void (peer.gone = true),
      pause: () => void (peer.paused = true),
      resume() {
        peer.paused = false;
        queueMicrotask(() => peer.emit('pong', Buffer.from(peer.asked[0] ?? '')));
      },
    });
    const served = serveWebSocket(peer, { subscriber: reader, viewer: staff, pingMs: 30 });
    await eventually(() => expect(peer.asked.length).toBe(1));
    peer.bufferedAmount = 1_000_000;
    peer.emit('message', Buffer.from('{"action":"ping"}'), false);
    expect(peer.paused).toBe(true);
    // Its answer is behind what it said before; some pings would have been due.
    await new Promise((resolve) => setTimeout(resolve, 200));
    peer.bufferedAmount = 0;
    await eventually(() => expect(peer.asked.length).toBe(2));
    expect([peer.paused, peer.gone]).toEqual([false, false]);
    // Listened to, and silent.
    await eventually(() => expect(peer.gone).toBe(true));
    served.close('going away');
  });

  test('a peer that doesn’t answer pings is dropped, and a life has an end', async () => {
    ws = { pingMs: 40 };
    const dead = await connect();
    (dead.socket as unknown as { _autoPong: boolean })._autoPong = false;
    // Says that it lives, but not what it was asked.
    const babbling = setInterval(() => dead.socket.pong('x'), 5);
    await eventually(() => expect(dead.client.code).toBe(1006));
    clearInterval(babbling);
    ws = { lifeMs: 50, pingMs: 20 };
    const mortal = await connect();
    await eventually(() => expect(mortal.client.code).toBe(1001));
  });
});

describe('hints', () => {
  test('those of one moment are joined, the newest version wins, and what isn’t a hint is passed over', async () => {
    const client = redisProducer(redis.url);
    const subscriber = redisSubscriber(redis.url);
    await Promise.all([whenReady(client, 5_000), whenReady(subscriber, 5_000)]);
    const hints = createHints({ redis: client, subscriber, prefix: redis.prefix });
    const heard: string[] = [];
    const stop = hints.listen(({ refreshId, seq }) => heard.push(`${refreshId} ${seq}`));
    await eventually(async () => expect(await client.publish(`${redis.prefix}:hints`, 'nonsense')).toBe(1));
    await client.publish(`${redis.prefix}:hints`, '[1,["a"],{"b":1}]');
    hints.announce({ refreshId: 'ref_1', seq: 1 });
    hints.announce({ refreshId: 'ref_1', seq: 3 });
    hints.announce({ refreshId: 'ref_1', seq: 2 });
    hints.announce({ refreshId: 'ref_2', seq: 7 });
    await eventually(() => expect(heard).toEqual(['ref_1 3', 'ref_2 7']));
    stop();
    hints.announce({ refreshId: 'ref_3', seq: 1 });
    await client.ping();
    hints.close();
    expect(heard.length).toBe(2);
    client.disconnect();
    subscriber.disconnect();
  });

  test('the end of a refresh comes with its record, as it was; what only looks like one comes without', async () => {
    const client = redisProducer(redis.url);
    const subscriber = redisSubscriber(redis.url);
    await Promise.all([whenReady(client, 5_000), whenReady(subscriber, 5_000)]);
    const hints = createHints({ redis: client, subscriber, prefix: redis.prefix });
    const heard: ViewHint[] = [];
    hints.listen((hint) => heard.push(hint));
    const at = new Date('2026-11-20T15:00:00.123Z');
    const times = { acceptedAt: at, startedAt: at, landingSince: at, endedAt: at, changedAt: at };
    const record = {
      id: 'ref_1',
      seq: 3,
      status: 'success',
      ...times,
      nextRefreshAt: null,
    } as unknown as RefreshRecord;
    await eventually(async () => expect(await client.publish(`${redis.prefix}:hints`, '[]')).toBe(1));
    hints.announce({ refreshId: 'ref_1', seq: 3, record });
    await eventually(() => expect(heard).toEqual([{ refreshId: 'ref_1', seq: 3, record }]));
    for (const bad of [{ ...record, status: 'queued' }, { ...record, endedAt: 'soon' }, { id: 'ref_1' }, 7])
      await client.publish(`${redis.prefix}:hints`, JSON.stringify([['ref_2', 4, bad]]));
    await eventually(() =>
      expect(heard.slice(1)).toEqual(Array.from({ length: 4 }, () => ({ refreshId: 'ref_2', seq: 4 }))),
    );
    hints.close();
    client.disconnect();
    subscriber.disconnect();
  });
});
