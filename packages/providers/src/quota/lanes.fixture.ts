/** A worker process of `processes.test.ts`: lanes that always have a call to make, with leave of the ledger, until killed. */
import { argv } from 'node:process';
import { createPool, createUsage } from '@freshet/store';
import { Redis } from 'ioredis';
import type { QuotaWindow } from '../provider.ts';
import { createLedger } from './redis-ledger.ts';

interface Work {
  redisUrl: string;
  databaseUrl: string;
  prefix: string;
  providerUrl: string;
  windows: QuotaWindow[];
  lanes: number;
}

const work = JSON.parse(argv[2] ?? '') as Work;
const redis = new Redis(work.redisUrl);
const pool = createPool({ url: work.databaseUrl, max: 3, name: 'lanes', onError: () => {} });
const accounts = [{ provider: 'tested', keyHash: 'k', windows: work.windows }];
const ledger = createLedger({ redis, prefix: work.prefix, usage: createUsage(pool), accounts });

async function lane(): Promise<never> {
  for (;;) {
    const reply = await ledger.take({ provider: 'tested', cost: 1, rank: 20, timeoutMs: 1500 });
    if (!reply.granted) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(reply.retryInMs, 500)));
      continue;
    }
    await fetch(work.providerUrl).then((answer) => answer.text());
    await ledger.settle(reply);
  }
}

await Promise.all(Array.from({ length: work.lanes }, lane));
