import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { type EmbeddedServer, startRedis } from './index.ts';
import { redisProgram } from './redis-program.ts';

let directory: string;
let server: EmbeddedServer;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'freshet redis "quoted" '));
  server = await startRedis({ dataDir: directory });
});
afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true });
});

async function ask<T>(question: (redis: Redis) => Promise<T>, url = server.url): Promise<T> {
  const redis = new Redis(url, { retryStrategy: () => null });
  redis.on('error', () => {});
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}

describe('startRedis', () => {
  it('is set up so that it loses nothing and nobody else gets in', async () => {
    const settings = await ask(
      (redis) =>
        redis.config(
          'GET',
          'maxmemory-policy',
          'appendonly',
          'appendfsync',
          'bind',
          'protected-mode',
        ) as Promise<unknown>,
    );
    const pairs = Array.isArray(settings) ? settings : Object.entries(settings as object).flat();
    expect(pairs).toEqual(
      expect.arrayContaining([
        'maxmemory-policy',
        'noeviction',
        'appendonly',
        'yes',
        'appendfsync',
        'everysec',
        'bind',
        '127.0.0.1',
      ]),
    );
    await expect(ask((redis) => redis.ping(), `redis://127.0.0.1:${server.port}`)).rejects.toThrow(/NOAUTH/);
  });

  it('keeps its data over a restart and over kill -9', async () => {
    await ask((redis) => redis.set('a', '1'));
    await server.stop();
    server = await startRedis({ dataDir: directory });
    await ask((redis) => redis.set('b', '2'));
    await server.kill9();
    server = await startRedis({ dataDir: directory, port: server.port });
    expect(await ask((redis) => redis.mget('a', 'b'))).toEqual(['1', '2']);
  });

  it('takes a second start on the same directory for a leftover, and ends the first', async () => {
    const second = await startRedis({ dataDir: directory });
    expect(await server.ended).toContain('exited with code 0');
    server = second;
    expect(await ask((redis) => redis.get('a'))).toBe('1');
  });

  it('says what its log says when it cannot start', async () => {
    const other = mkdtempSync(join(tmpdir(), 'freshet-redis-'));
    await expect(startRedis({ dataDir: other, port: server.port })).rejects.toThrow(/Address already in use/);
    rmSync(other, { recursive: true });
  });
});

describe('redisProgram', () => {
  it('says the one line to type where there is no Redis and no way to fetch one', () => {
    const env = { PATH: '/nonexistent' };
    expect(() => redisProgram({ fallbackCache: directory, env })).toThrow(/Install one with: .+\nor set REDIS_URL/);
  });
});
