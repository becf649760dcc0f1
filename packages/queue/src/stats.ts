import type { Metrics } from '@freshet/runtime';
import { providerOf, type QueueName } from './jobs.ts';
import { counts, keyBase, type QueueCounts } from './lua.ts';
import type { Queues } from './queues.ts';

export interface LaneCounts {
  waiting: number;
  active: number;
  delayed: number;
  /** How many ms the lane stays parked. */
  parkedMs: number;
}

export interface QueueStats extends LaneCounts {
  queue: QueueName;
  /** Waiting or delayed. */
  pending: number;
  /** Since the queue's counters began. */
  completed: number;
  /** Resting in the failed set now. */
  failed: number;
  /** Age of the job that has waited longest; null when none waits. */
  oldestWaitMs: number | null;
}

/** The counts of every queue, in one round trip. */
export async function queueStats(queues: Queues): Promise<QueueStats[]> {
  const names = queues.names();
  const all = await queues.ask((redis) =>
    counts(
      redis,
      names.map((name) => keyBase(queues.prefix, name)),
    ),
  );
  const now = Date.now();
  return all.map(({ oldestAddedAt, ...rest }: QueueCounts, index) => ({
    queue: names[index] as QueueName,
    ...rest,
    pending: rest.waiting + rest.delayed,
    oldestWaitMs: oldestAddedAt === null ? null : Math.max(0, now - oldestAddedAt),
  }));
}

/** The lanes alone, by provider. */
export async function laneCounts(queues: Queues): Promise<Record<string, LaneCounts>> {
  const lanes: Record<string, LaneCounts> = {};
  for (const { queue, waiting, active, delayed, parkedMs } of await queueStats(queues)) {
    const provider = providerOf(queue);
    if (provider !== null) lanes[provider] = { waiting, active, delayed, parkedMs };
  }
  return lanes;
}

/** Prometheus gauges of all queues, asked for once per scrape. While Redis is away they are absent rather than wrong. */
export function measureQueues(metrics: Metrics, producer: { queueStats(): Promise<QueueStats[]> }): void {
  // Both gauges are read at once, and share one answer.
  let asking: Promise<QueueStats[]> | null = null;
  const ask = () => {
    asking ??= producer
      .queueStats()
      .catch(() => [])
      .finally(() => {
        asking = null;
      });
    return asking;
  };
  metrics.gauge({
    name: 'freshet_queue_oldest_wait_seconds',
    help: 'Age of the job that has waited longest.',
    labels: ['queue'],
    async collect(gauge) {
      const all = await ask();
      gauge.reset();
      for (const { queue, oldestWaitMs } of all) gauge.set({ queue }, (oldestWaitMs ?? 0) / 1_000);
    },
  });
  metrics.gauge({
    name: 'freshet_queue_jobs',
    help: 'Jobs by queue and state.',
    labels: ['queue', 'state'],
    async collect(gauge) {
      const all = await ask();
      gauge.reset();
      for (const stats of all) {
        for (const state of ['waiting', 'active', 'delayed', 'failed'] as const) {
          gauge.set({ queue: stats.queue, state }, stats[state]);
        }
      }
    },
  });
}
