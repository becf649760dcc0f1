import { isIP } from 'node:net';
import { z } from 'zod';
import type { ProcessName, Variable } from './config.ts';
import { type LimitWindow, parseLimits } from './limits.ts';
import { parseDuration, parseRate, type Rate } from './rate.ts';
import { parseRedisUrl } from './redis-url.ts';

interface About {
  readBy: readonly ProcessName[];
  doc: string;
}
type Maker<T> = {
  (name: string, about: About & { default: string }): Variable<T>;
  (name: string, about: About & { required: true }): Variable<T>;
  (name: string, about: About): Variable<T | undefined>;
};

function kind<T>(expects: string, schema: z.ZodType<T, string>, secret = false): Maker<T> {
  return ((name: string, about: About & { default?: string; required?: boolean }) => ({
    name,
    doc: about.doc,
    readBy: about.readBy,
    default: about.default,
    required: about.required ?? false,
    secret,
    expects,
    schema,
  })) as Maker<T>;
}

function read<T>(parse: (text: string) => T | null): z.ZodType<T, string> {
  return z.string().transform((text, context) => {
    const value = parse(text);
    if (value !== null) return value;
    context.addIssue({ code: 'custom', message: 'unreadable' });
    return z.NEVER;
  });
}

function url(protocols: string[]): (text: string) => string | null {
  return (text) => {
    const parsed = URL.parse(text);
    return parsed && protocols.includes(parsed.protocol) ? text.replace(/\/+$/, '') : null;
  };
}

function whole(from: number, to: number): (text: string) => number | null {
  return (text) => (/^\d+$/.test(text) && Number(text) >= from && Number(text) <= to ? Number(text) : null);
}

/** Node's timers count up to 2^31 ms, and go off at once when they are set for longer. */
const LONGEST_TIMEOUT_MS = 24 * 86_400_000;

/** Networks as Express knows them: an address, with how many of its bits count, or a name for the private ones. */
function parseProxies(text: string): number | string[] | null {
  if (/^\d+$/.test(text)) return Number(text);
  const networks = text.split(',').map((part) => part.trim());
  return networks.every(isNetwork) ? networks : null;
}

function isNetwork(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d+$/.test(bits) && Number(bits) >= 1 && Number(bits) <= (family === 4 ? 32 : 128));
}

/** Refuses unknown names: a misspelt one would leave a queue without a worker. */
function parseQueues(text: string): string[] | null {
  const names = text.split(',').map((part) => part.trim());
  return names.every((name) => /^(all|lanes|refresh|follow|deliver|fetch-[a-z]+)$/.test(name)) ? names : null;
}

/** The kinds of value that a variable can have. */
export const is = {
  text: kind('text', z.string().min(1)),
  secret: kind('text of at least 8 characters', z.string().min(8), true),
  httpUrl: kind('an address such as https://host:8443', read(url(['http:', 'https:']))),
  databaseUrl: kind(
    'an address such as postgres://user:password@host:5432/freshet (special characters percent-encoded)',
    read(url(['postgres:', 'postgresql:'])),
    true,
  ),
  redisUrl: kind(
    'an address such as redis://user:password@host:6379/0, rediss://… or redis-sentinel://host1:26379,host2:26379/master (special characters percent-encoded)',
    read((text) => (parseRedisUrl(text) ? text : null)),
    true,
  ),
  port: kind('a port between 0 and 65535 (0: any free one)', read(whole(0, 65_535))),
  count: kind('a whole number of at least 1', read(whole(1, Number.MAX_SAFE_INTEGER))),
  countOrZero: kind('a whole number', read(whole(0, Number.MAX_SAFE_INTEGER))),
  flag: kind(
    'true or false',
    read((text) => ({ true: true, false: false, '1': true, '0': false })[text] ?? null),
  ),
  rate: kind<Rate>('a rate such as 10/h or 5/10s', read(parseRate)),
  limits: kind<LimitWindow[]>(
    'limits such as 8/min,800/day or 60/min,30/s or 8/10s; 6000w/min counts weight, 250/day@00:00 UTC starts anew at that hour',
    read(parseLimits),
  ),
  proxies: kind<number | string[]>(
    'a number of proxies such as 1, or networks such as 10.0.0.0/8,fd00::/8,loopback',
    read(parseProxies),
  ),
  /** What a timer is set to. */
  timeoutMs: kind(
    'a duration such as 500ms, 60s or 10min, of at most 24 days',
    read((text) => {
      const ms = parseDuration(text);
      return ms !== null && ms <= LONGEST_TIMEOUT_MS ? ms : null;
    }),
  ),
  durationMs: kind('a duration such as 500ms, 60s, 10min or 24h', read(parseDuration)),
  queues: kind<string[]>(
    'all, or some of refresh, follow, deliver, lanes and fetch-yahoo (or any other provider), separated by commas',
    read(parseQueues),
  ),
  oneOf: <const T extends string>(...values: T[]): Maker<T> =>
    kind(`one of ${values.join(', ')}`, z.enum(values) as unknown as z.ZodType<T, string>),
};
