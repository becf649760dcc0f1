import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, testRedis } from '@freshet/testing';
import { postgresServer, redisServer } from './servers.ts';

describe('the built-in servers', () => {
  it('are started again at the same address when they die', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'freshet-servers-'));
    const server = await redisServer(undefined, directory, () => {});
    const [pid] = server.pids();
    process.kill(pid as number, 'SIGKILL');
    await eventually(async () => {
      expect(server.pids()).not.toEqual([pid]);
      expect(await greets(server.url)).toBe(true);
    });
    await server.stop();
    rmSync(directory, { recursive: true });
  });

  it('are left alone when they are given', async () => {
    const { url } = testRedis();
    const server = await redisServer(url, '/nowhere', () => {});
    expect(server.url).toBe(url);
    expect(server.pids()).toEqual([]);
    await server.stop();
  });

  it.each([
    ['REDIS_URL', () => redisServer('redis://127.0.0.1:1', '/nowhere', () => {})],
    ['DATABASE_URL', () => postgresServer('postgres://u:secret@127.0.0.1:1/d', '/nowhere')],
  ])('that are given and not there are told of by %s, without what it holds', async (variable, start) => {
    const message = await start().then(
      () => '',
      (error: Error) => error.message,
    );
    expect(message).toContain(`${variable} names a `);
    expect(message).toContain('ECONNREFUSED 127.0.0.1:1');
    expect(message).not.toContain('secret');
  });
});

async function greets(url: string): Promise<boolean> {
  const { connect } = await import('node:net');
  return await new Promise((resolve) => {
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
