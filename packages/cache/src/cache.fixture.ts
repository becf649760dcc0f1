import { redisProducer, redisSubscriber, whenReady } from '@freshet/runtime';
import { type OwnServer, ownRedis, testRedis } from '@freshet/testing';
import type { Redis } from 'ioredis';
import { type Cache, createCache, type Recipe } from './index.ts';

/** The processes of a test, each with its own connections to one real Redis. */
export const redis = testRedis();
export const open: { cache: Cache; clients: Redis[] }[] = [];
const servers: OwnServer[] = [];
let run = 0;
/** Of the keys of the test that runs. */
export let prefix = '';

export function begin(): void {
  run += 1;
  prefix = `${redis.prefix}-${run}`;
}

export async function clear(): Promise<void> {
  const clients = open.flatMap((each) => each.clients);
  // ioredis keeps a timer of 2 s for a connection that had closed before it was told to disconnect: jest would have to kill its worker.
  const timersRun = clients.some(({ status }) => status !== 'ready') ? sleep(2_000) : null;
  for (const { cache } of open.splice(0)) cache.close();
  for (const client of clients) client.disconnect();
  await Promise.all(servers.splice(0).map((server) => server.remove()));
  await timersRun;
}

/** A Redis that a test may stop. It is removed after the test, when nobody is connected to it any more. */
export async function ownServer(): Promise<OwnServer> {
  const server = await ownRedis();
  servers.push(server);
  return server;
}

export const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A process with a cache. */
export async function process(url = redis.url, subscriberUrl = url): Promise<Cache> {
  const clients = [redisProducer(url), redisSubscriber(subscriberUrl)] as const;
  const cache = createCache({ redis: clients[0], subscriber: clients[1], prefix });
  open.push({ cache, clients: [...clients] });
  await Promise.all(clients.map((client) => whenReady(client, 5_000)));
  // Answered behind what it asked for before: it listens.
  await clients[1].ping();
  return cache;
}

/** What the processes have sent to Redis without waiting is done: a connection answers in order. */
export const sent = () => Promise.all(open.map(({ clients }) => clients[0]?.ping()));

/** Something that changes, and how often it was computed. */
export interface Source {
  value: number;
  loads: number;
  slowMs: number;
  broken: boolean;
  recipe: Recipe<number>;
}

export function source(tags = ['portfolio:pf_1'], terms: Partial<Recipe<number>> = {}): Source {
  const self: Source = {
    value: 1,
    loads: 0,
    slowMs: 0,
    broken: false,
    recipe: {
      ttlS: 60,
      staleS: 60,
      tags,
      async load() {
        self.loads += 1;
        const seen = self.value;
        if (self.slowMs) await sleep(self.slowMs);
        if (self.broken) throw new Error('database is down');
        return seen;
      },
      ...terms,
    },
  };
  return self;
}
