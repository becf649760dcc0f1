import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ownPostgres, ownRedis, startProcess } from '@freshet/testing';
import { mostIn } from '../../tests/simulator-log.ts';
import { type FastClock, fastNow } from './fast-clock.ts';

const LIMITS = { minute: 8, day: 800 };
const PROCESSES = 3;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A day in two minutes. */
const RATE = 720;

export interface DaysSpent {
  /** Of the day's 800, in the worst of the days. */
  used: number;
  over: number;
  mostInMinute: number;
  mostInDay: number;
}

/**
 * Spends 8/min and 800/day (from midnight to midnight UTC) for whole days of a fast clock: three processes with low work always waiting, so
 * that the shares of the other classes have to be released in time. Only the ledger runs on that clock; an answer takes what loopback takes,
 * some seconds of it.
 */
export async function spendDays(days: number): Promise<DaysSpent> {
  const [postgres, redis] = await Promise.all([ownPostgres(), ownRedis()]);
  // Ten minutes before a midnight: the first, short day isn't judged.
  const midnight = Date.parse('2026-03-10T00:00:00Z');
  const clock: FastClock = { startMs: midnight - 10 * MINUTE_MS, from: process.hrtime.bigint().toString(), rate: RATE };
  const arrivals: { atMs: number; cost: number }[] = [];
  const provider = createServer((_request, response) => {
    arrivals.push({ atMs: fastNow(clock), cost: 1 });
    response.end('ok');
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  const work = {
    clock,
    redisUrl: redis.url,
    databaseUrl: postgres.url,
    providerUrl: `http://127.0.0.1:${(provider.address() as AddressInfo).port}`,
    limits: LIMITS,
  };
  const workers = Array.from({ length: PROCESSES }, () =>
    startProcess('bench/quota/days-worker.ts', {}, [JSON.stringify(work)]),
  );
  let ended: string | null = null;
  for (const worker of workers) void worker.ended.then(() => (ended ??= worker.stderr()));
  try {
    while (fastNow(clock) < midnight + days * DAY_MS) {
      if (ended !== null) throw new Error(`a process ended: ${ended}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.kill9()));
    provider.closeAllConnections();
    provider.close();
    await Promise.all([postgres.remove(), redis.remove()]);
  }
  const perDay = Array.from({ length: days }, (_, day) => {
    const from = midnight + day * DAY_MS;
    return arrivals.filter(({ atMs }) => atMs >= from && atMs < from + DAY_MS).length;
  });
  const mostInMinute = mostIn(arrivals, MINUTE_MS);
  const mostInDay = Math.max(...perDay);
  return {
    used: Math.min(...perDay) / LIMITS.day,
    over: Math.max(0, mostInMinute - LIMITS.minute) + Math.max(0, mostInDay - LIMITS.day),
    mostInMinute,
    mostInDay,
  };
}
