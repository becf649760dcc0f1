import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { eventually } from './eventually.ts';
import { type FaultyProxy, faultyProxy } from './faulty-proxy.ts';

let echo: Server;
let proxy: FaultyProxy;
const opened: Socket[] = [];

beforeAll(async () => {
  echo = createServer((socket) => void socket.on('error', () => {}).pipe(socket));
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
});
beforeEach(async () => {
  proxy = await faultyProxy({ target: `tcp://127.0.0.1:${(echo.address() as AddressInfo).port}` });
});
afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy();
  await proxy.close();
});
afterAll(() => void echo.close());

interface Caller {
  send(text: string): void;
  heard: string;
  ended: string;
}

function call(): Promise<Caller> {
  return new Promise((resolve, reject) => {
    const caller: Caller = { send: (text) => void socket.write(text), heard: '', ended: 'no' };
    const socket = connect(proxy.port, '127.0.0.1', () => resolve(caller));
    opened.push(socket);
    socket.on('data', (chunk) => {
      caller.heard += String(chunk);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      caller.ended = String(error.code);
      reject(error);
    });
    socket.on('close', () => {
      if (caller.ended === 'no') caller.ended = 'closed';
    });
  });
}

describe('faultyProxy', () => {
  it('passes everything on at first', async () => {
    const caller = await call();
    caller.send('hello');
    await eventually(() => expect(caller.heard).toBe('hello'));
    expect(proxy.connections).toBe(1);
  });

  it('delays each way', async () => {
    const caller = await call();
    proxy.latency(60);
    const sent = performance.now();
    caller.send('late');
    await eventually(() => expect(caller.heard).toBe('late'), { everyMs: 2 });
    expect(performance.now() - sent).toBeGreaterThan(115);
  });

  it('swallows what open connections say, and lets new ones through', async () => {
    const old = await call();
    old.send('a');
    await eventually(() => expect(old.heard).toBe('a'));
    proxy.blackholeExisting();
    old.send('b');
    const young = await call();
    young.send('c');
    await eventually(() => expect(young.heard).toBe('c'));
    expect(old).toMatchObject({ heard: 'a', ended: 'no' });
  });

  it('swallows everything', async () => {
    proxy.blackhole();
    const caller = await call();
    caller.send('a');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(caller).toMatchObject({ heard: '', ended: 'no' });
  });

  it('resets open connections', async () => {
    const caller = await call();
    caller.send('a');
    await eventually(() => expect(caller.heard).toBe('a'));
    proxy.resetAll();
    await eventually(() => expect(caller.ended).toBe('ECONNRESET'));
  });

  it('refuses, until it passes again', async () => {
    await proxy.refuse();
    await expect(call()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    proxy.pass();
    await eventually(() => call());
  });

  it('closed at once after it was told to pass, it is closed', async () => {
    await proxy.refuse();
    proxy.pass();
    await proxy.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect(call()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
