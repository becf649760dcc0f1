import type { SourcesStatus } from '@freshet/contracts/api';
import type { z } from 'zod';
import type { KnownProvider } from '../refreshes/providers.ts';

/** If the newest report of any worker is older than this, no worker is running. */
const OLD_MS = 120_000;

/** The providers, and the overall health of the enabled ones. */
export function sourcesStatus(sources: KnownProvider[], now: Date): z.infer<typeof SourcesStatus> {
  const enabled = sources.filter((source) => source.enabled);
  const healthy = enabled.filter((source) => source.health === 'healthy');
  const down = enabled.filter((source) => source.health === 'down');
  const newest = Math.max(0, ...sources.map((source) => Date.parse(source.updated_at)));
  const say = (health: 'healthy' | 'degraded' | 'down', detail: string) => ({
    overall: { health, detail, enabled: enabled.length, healthy: healthy.length },
    sources,
  });
  if (sources.length === 0) return say('down', 'No worker has reported yet. Check that a worker is running.');
  if (now.getTime() - newest > OLD_MS) {
    return say(
      'down',
      `No worker has reported since ${new Date(newest).toISOString()}. Check that a worker is running.`,
    );
  }
  if (enabled.length === 0) return say('down', 'No provider is enabled.');
  if (down.length === enabled.length) return say('down', 'Every enabled provider is down.');
  // A provider whose breaker is open or half open may work again, but nobody knows before its next call.
  if (enabled.every(({ breaker }) => breaker !== 'closed')) return say('down', 'No enabled provider is known to work.');
  if (healthy.length === enabled.length) return say('healthy', 'Every enabled provider is healthy.');
  const unwell = enabled.filter((source) => source.health !== 'healthy').map(({ provider }) => provider);
  return say('degraded', `Degraded or down: ${unwell.join(', ')}.`);
}
