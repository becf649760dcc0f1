import { parseRedisUrl } from './redis-url.ts';

describe('parseRedisUrl', () => {
  it('reads host, port, database, user and password with special characters', () => {
    expect(parseRedisUrl('redis://us%40er:p%2F%3Aw%25@cache.internal:6380/3')).toEqual({
      host: 'cache.internal',
      port: 6380,
      db: 3,
      username: 'us@er',
      password: 'p/:w%',
    });
  });

  it('reads a password without a user, and the standard port', () => {
    expect(parseRedisUrl('redis://:secret@localhost')).toEqual({
      host: 'localhost',
      port: 6379,
      db: 0,
      password: 'secret',
    });
  });

  it('reads IPv6', () => {
    expect(parseRedisUrl('redis://[2001:db8::1]:6380')).toMatchObject({ host: '2001:db8::1', port: 6380 });
  });

  it('speaks TLS for rediss', () => {
    expect(parseRedisUrl('rediss://cache.internal')).toMatchObject({ tls: { servername: 'cache.internal' } });
    expect(parseRedisUrl('redis://cache.internal')).not.toHaveProperty('tls');
  });

  it('reads several sentinels, IPv6 among them, and the name of the master', () => {
    expect(parseRedisUrl('redis-sentinel://u:p%40w@h1:26379,[::1]:26380,h3/mymaster?db=2&sentinel_password=s')).toEqual(
      {
        sentinels: [
          { host: 'h1', port: 26_379 },
          { host: '::1', port: 26_380 },
          { host: 'h3', port: 26_379 },
        ],
        name: 'mymaster',
        db: 2,
        username: 'u',
        password: 'p@w',
        sentinelPassword: 's',
      },
    );
  });

  it.each([
    '',
    'localhost:6379',
    'http://h',
    'redis://h/notanumber',
    'redis://%zz@h',
    'redis-sentinel://h1:26379',
    'redis-sentinel://h1:99999/m',
  ])('refuses "%s"', (text) => {
    expect(parseRedisUrl(text)).toBeNull();
  });
});
