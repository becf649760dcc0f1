import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@freshet/testing';
import { redisServer } from './servers.ts';

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
    const server = await redisServer('redis://elsewhere', '/nowhere', () => {});
    expect(server.url).toBe('redis://elsewhere');
    expect(server.pids()).toEqual([]);
    await server.stop();
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
