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

/** Workers write the provider status every 2 s. A status older than this is ignored. */
const SPOKEN_MS = 60_000;

/** Measures the facts, then raises and resolves alerts by the rules. */
export async function lookForAlerts({ pool, producer, poke, log }: AlertContext): Promise<void> {
  const written = await readProviderStatus<ProviderStatus>(pool);
  // Most failed jobs belong to lanes, and this process knows the lanes only from what workers have written.
  producer.knowLanes(written.filter(({ status }) => status.enabled).map(({ provider }) => provider));
  // Asked before the transaction, because Redis may be slow or away; then the number is unknown.
  const queues = await producer.queueStats().catch(() => null);
  const failedIn = (some: typeof queues) => some && some.reduce((sum, { failed }) => sum + failed, 0);
  const failedJobs = failedIn(queues);
  const failedUpkeep = failedIn(queues && queues.filter(({ queue }) => queue === 'maintenance'));
  const changed = await updateAlerts(pool, async (client, open) => {
    // Compared by the database's clock, which also wrote `updatedAt`.
    const condition = await readCondition(client);
    const spoken = written.filter(({ updatedAt }) => condition.now.getTime() - updatedAt.getTime() < SPOKEN_MS);
    const providers = spoken.length > 0 ? spoken.map(({ status }) => status) : null;
    return judge({ ...condition, failedJobs, failedUpkeep, providers }, open);
  });
  if (!changed || changed.raised + changed.resolved === 0) return;
  log.warn(changed, 'alerts were raised or resolved');
  poke();
}
