import type { RedisOptions } from 'ioredis';

/**
 * Reads `redis://user:password@host:port/db`, `rediss://…` (TLS) or
 * `redis-sentinel://user:password@h1:p,h2:p/master?db=0&sentinel_password=…` (`rediss-sentinel://` with TLS throughout).
 * User and password are percent-decoded, IPv6 hosts stand in brackets. Null when it is none of these.
 */
export function parseRedisUrl(text: string): RedisOptions | null {
  try {
    return /^rediss?-sentinel:\/\//i.test(text) ? sentinelOptions(text) : singleOptions(text);
  } catch {
    // A bad percent-encoding, or no address at all.
    return null;
  }
}

function singleOptions(text: string): RedisOptions | null {
  const url = new URL(text);
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:') return null;
  const db = databaseNumber(url.pathname.slice(1) || url.searchParams.get('db'));
  if (db === null) return null;
  const host = withoutBrackets(url.hostname) || '127.0.0.1';
  return {
    host,
    port: url.port ? Number(url.port) : 6379,
    db,
    ...credentials(url.username, url.password),
    ...(url.protocol === 'rediss:' ? { tls: { servername: host } } : {}),
  };
}

/** Several hosts in one address are beyond the URL standard, so its parts are taken apart here. */
function sentinelOptions(text: string): RedisOptions | null {
  const found = /^(rediss?)-sentinel:\/\/(?:([^@/]*)@)?([^/?#]+)\/([^/?#]+)(?:\?([^#]*))?$/i.exec(text);
  if (!found) return null;
  const [, scheme, userInfo = '', hosts = '', master = '', query = ''] = found;
  const sentinels = hosts.split(',').map(hostAndPort);
  if (!sentinels.every((sentinel) => sentinel !== null)) return null;
  const parameters = new URLSearchParams(query);
  const db = databaseNumber(parameters.get('db'));
  if (db === null) return null;
  const colon = userInfo.indexOf(':');
  const sentinelPassword = parameters.get('sentinel_password');
  const tls = scheme?.toLowerCase() === 'rediss';
  return {
    sentinels,
    name: decodeURIComponent(master),
    db,
    ...credentials(colon < 0 ? userInfo : userInfo.slice(0, colon), colon < 0 ? '' : userInfo.slice(colon + 1)),
    ...(sentinelPassword ? { sentinelPassword } : {}),
    ...(tls ? { tls: {}, enableTLSForSentinelMode: true } : {}),
  };
}

function hostAndPort(text: string): { host: string; port: number } | null {
  const found = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::(\d+))?$/i.exec(text.trim());
  const port = found?.[2] ? Number(found[2]) : 26_379;
  return found && port <= 65_535 ? { host: withoutBrackets(found[1] ?? ''), port } : null;
}

function credentials(user: string, password: string): { username?: string; password?: string } {
  return {
    ...(user ? { username: decodeURIComponent(user) } : {}),
    ...(password ? { password: decodeURIComponent(password) } : {}),
  };
}

function databaseNumber(text: string | null): number | null {
  if (!text) return 0;
  return /^\d{1,4}$/.test(text) ? Number(text) : null;
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}
