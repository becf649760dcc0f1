import { setTimeout as sleep } from 'node:timers/promises';
import { createPoke } from '@freshet/events';
import { redisProducer } from '@freshet/runtime';
import { createPool, writeEvents } from '@freshet/store';
import { startProcess, type StartedProcess } from '@freshet/testing';
import { startSystem, type System } from '../../tests/system.ts';
import { percentile, type Row, round } from '../row.ts';

const CLIENTS = 5_000;
const PER_SECOND = 100;
const SECONDS = 10;
const BAR = { ms: 100, timesPeer: 1.5 };
const CHANNEL = 'bare:events';
const PREFIX = '{freshet}:';

/** Price events from their commit until they are with everybody who listens; beside a bare server that is told of them by Redis. */
export const fanOut: Row = {
  name: 'fan-out',
  what: 'price event, commit → received by SSE, 5,000 clients, 100 events/s at random times, one api process, p99; the worse of: as a share of 100 ms, as a share of 1.5 × a bare fan-out',
  async run({ quick }) {
    const system = await startSystem({ workers: 0, simulator: ['--latency', '20'] });
    const bare = startProcess('bench/peers/bare-fan-out.ts', {}, [system.redisUrl, CHANNEL]);
    const redis = redisProducer(system.redisUrl);
    const pool = createPool({ url: system.databaseUrl, max: 4 });
    const poke = createPoke(redis, PREFIX);
    const seconds = quick ? 2 : SECONDS;
    try {
      await quiet(system);
      const theirs = await heard(`http://127.0.0.1:${(await bare.ready).port}/`, system, seconds, async (event) => {
        await redis.publish(CHANNEL, JSON.stringify(event));
      });
      const ours = await heard(
        `${system.api}/events/price-updates?types=price_update`,
        system,
        seconds,
        async (event) => {
          await writeEvents(pool, [{ type: 'price_update', userId: null, items: [event] }]);
          poke();
        },
      );
      const [own, peer] = [percentile(ours.latenciesMs, 0.99), percentile(theirs.latenciesMs, 0.99)];
      // What was lost would be fast for nothing.
      const lost = Math.max(0, 1 - ours.latenciesMs.length / ours.expected);
      return {
        figures: {
          'p50 ms': round(percentile(ours.latenciesMs, 0.5)),
          'p99 ms': round(own),
          'peer p50 ms': round(percentile(theirs.latenciesMs, 0.5)),
          'peer p99 ms': round(peer),
          '× the peer at p99': round(own / peer),
          'received of what was sent, %': round(100 * (1 - lost), 1),
        },
        measured: lost > 0 ? Number.POSITIVE_INFINITY : Math.max(own / BAR.ms, own / peer / BAR.timesPeer),
        bar: { at: 1, is: 'at most' },
      };
    } finally {
      await bare.terminate();
      await pool.end();
      redis.disconnect();
      await system.stop();
    }
  },
};

/** No schedule sends anything meanwhile. */
async function quiet(system: System): Promise<void> {
  const headers = { authorization: `Bearer ${system.keys.admin}` };
  await fetch(`${system.api}/api/v1/scheduler/stop`, { method: 'POST', headers });
}

interface PriceEvent {
  symbol: string;
  price: number;
  currency: string;
  source: string;
  volume: number;
  quote_time: string;
  fetched_at: string;
  sent_at: number;
}

/** What clients of `url` hear of events that are sent at random times; every 20th of them reads, the others only receive. */
async function heard(url: string, system: System, seconds: number, send: (event: PriceEvent) => Promise<void>) {
  const authorization = `Bearer ${system.keys.system}`;
  const clients: StartedProcess = startProcess('bench/fan-out/clients.ts', {}, [url, authorization, String(CLIENTS)]);
  await clients.ready;
  await sleep(2_000);
  let sent = 0;
  const until = performance.now() + seconds * 1_000;
  while (performance.now() < until) {
    const at = new Date().toISOString();
    const quote = { symbol: `S${sent % 500}`, price: 123.45, currency: 'USD', source: 'yahoo', volume: 123_456 };
    void send({ ...quote, quote_time: at, fetched_at: at, sent_at: performance.timeOrigin + performance.now() });
    sent++;
    await sleep((-Math.log(1 - Math.random()) * 1_000) / PER_SECOND);
  }
  await sleep(2_000);
  await clients.terminate();
  const latenciesMs = JSON.parse(clients.stdout().trim().split('\n').at(-1) ?? '[]') as number[];
  return { latenciesMs, expected: (sent * CLIENTS) / 20 };
}
