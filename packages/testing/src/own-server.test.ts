import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { eventually } from './eventually.ts';
import { ownPostgres, ownRedis, type OwnServer } from './own-server.ts';

let server: OwnServer;
beforeAll(async () => {
  server = await ownPostgres();
});
afterAll(() => server.remove());

async function count(timeoutMs = 5_000): Promise<number> {
  const client = new Client({ connectionString: server.url, connectionTimeoutMillis: timeoutMs });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('create table if not exists marks (n int)');
    await client.query('insert into marks values (1)');
    return Number((await client.query('select count(*) as n from marks')).rows[0].n);
  } finally {
    await client.end();
  }
}

describe('ownPostgres', () => {
  it('keeps its data and its address when it is killed and started again', async () => {
    expect(await count()).toBe(1);
    const { pid } = server;
    await server.kill9();
    await expect(count()).rejects.toThrow();
    await server.start();
    expect(await count()).toBe(2);
    expect(server.pid).not.toBe(pid);
  });

  it('hangs while it is paused', async () => {
    server.pause();
    await expect(count(200)).rejects.toThrow(/timeout/);
    server.resume();
    await eventually(() => count());
  });

  it('is empty, but migrated, after a wipe', async () => {
    await server.wipe();
    const client = new Client({ connectionString: server.url });
    await client.connect();
    expect((await client.query('select count(*)::int as n from refreshes')).rows).toEqual([{ n: 0 }]);
    await client.end();
    expect(await count()).toBe(1);
  });
});

test.each([
  ['PostgreSQL', () => ownPostgres({ migrated: false })],
  ['Redis', ownRedis],
])(
  'a %s whose port somebody else has taken meanwhile starts again as soon as it is free',
  async (_, begin) => {
    const own = await begin();
    const other = createServer((socket) => socket.destroy());
    try {
      await own.stop();
      await new Promise<void>((resolve) => other.listen(own.port, '127.0.0.1', resolve));
      const [started] = await Promise.all([
        own.start().then(() => other.listening),
        sleep(2_000).then(() => other.close()),
      ]);
      expect(started).toBe(false);
    } finally {
      other.close();
      await own.remove();
    }
  },
  120_000,
);
