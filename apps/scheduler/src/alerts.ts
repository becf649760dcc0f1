import type { ProviderStatus } from '@freshet/contracts';
import type { Producer } from '@freshet/queue';
import type { Logger } from '@freshet/runtime';
import { type Pool, readCondition, readProviderStatus, updateAlerts } from '@freshet/store';
import { judge } from './alert-rules.ts';

export interface AlertContext {
  pool: Pool;
  producer: Pick<Producer, 'queueStats' | 'knowLanes'>;
  poke(): void;
  log: Logger;
}

/** Workers write down what they know of providers every two seconds; what is older than this is nobody's word any more. */
const SPOKEN_MS = 60_000;

/** Measures how things go, and has those alerts open that are due by the rules. */
export async function lookForAlerts({ pool, producer, poke, log }: AlertContext): Promise<void> {
  const written = await readProviderStatus<ProviderStatus>(pool);
  // Jobs that fail are mostly those of lanes, which this process learns of from what workers have written down.
  producer.knowLanes(written.filter(({ status }) => status.enabled).map(({ provider }) => provider));
  // Asked before the transaction: Redis may be slow to answer, or away, and then nobody knows.
  const queues = await producer.queueStats().catch(() => null);
  const failedIn = (some: typeof queues) => some && some.reduce((sum, { failed }) => sum + failed, 0);
  const failedJobs = failedIn(queues);
  const failedUpkeep = failedIn(queues && queues.filter(({ queue }) => queue === 'maintenance'));
  const changed = await updateAlerts(pool, async (client, open) => {
    // By the clock that they were written by.
    const condition = await readCondition(client);
    const spoken = written.filter(({ updatedAt }) => condition.now.getTime() - updatedAt.getTime() < SPOKEN_MS);
    const providers = spoken.length > 0 ? spoken.map(({ status }) => status) : null;
    return judge({ ...condition, failedJobs, failedUpkeep, providers }, open);
  });
  if (!changed || changed.raised + changed.resolved === 0) return;
  log.warn(changed, 'alerts were raised or resolved');
  poke();
}
