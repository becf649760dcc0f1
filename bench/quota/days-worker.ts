/** A process of `days.ts`: lanes that always have low work, with leave of the ledger, on a fast clock. Ends when it is killed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createLedger } from '@freshet/providers';
import { PRIORITIES } from '@freshet/contracts';
import { redisProducer, whenReady } from '@freshet/runtime';
import { createPool, createUsage } from '@freshet/store';
import { type FastClock, fastNow } from './fast-clock.ts';

interface Work {
  clock: FastClock;
  redisUrl: string;
  databaseUrl: string;
  providerUrl: string;
  limits: { minute: number; day: number };
}

const LANES = 12;
const HOUR_MS = 3_600_000;

const { clock, redisUrl, databaseUrl, providerUrl, limits } = JSON.parse(process.argv[2] ?? '') as Work;
const windows = [
  { limit: limits.minute, perSeconds: 60 },
  { limit: limits.day, perSeconds: 86_400, resets: { every: 'day' as const, hour: 0, zone: 'UTC' } },
];
const redis = redisProducer(redisUrl);
await whenReady(redis, 5_000);
const ledger = createLedger({
  redis,
  prefix: '{days}:',
  usage: createUsage(createPool({ url: databaseUrl, max: 2, name: 'days' })),
  accounts: [{ provider: 'days', keyHash: 'none', windows }],
  now: () => fastNow(clock),
});

async function lane(): Promise<never> {
  for (;;) {
    const reply = await ledger.take({ provider: 'days', cost: 1, rank: PRIORITIES.low, timeoutMs: HOUR_MS });
    if (reply.granted) {
      await fetch(providerUrl).then((answer) => answer.text());
      await ledger.settle(reply);
    } else await sleep(reply.retryInMs / clock.rate);
  }
}

await Promise.all(Array.from({ length: LANES }, lane));
