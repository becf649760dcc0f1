import type { SourcesStatus } from '@freshet/contracts/api';
import type { z } from 'zod';
import type { KnownProvider } from '../refreshes/providers.ts';

/** What workers wrote down is old news after so long: nobody is working. */
const OLD_MS = 120_000;

/** The providers and an overall health over those that are enabled. */
export function sourcesStatus(sources: KnownProvider[], now: Date): z.infer<typeof SourcesStatus> {
  const enabled = sources.filter((source) => source.enabled);
  const healthy = enabled.filter((source) => source.health === 'healthy');
  const down = enabled.filter((source) => source.health === 'down');
  const newest = Math.max(0, ...sources.map((source) => Date.parse(source.updated_at)));
  const say = (health: 'healthy' | 'degraded' | 'down', detail: string) => ({
    overall: { health, detail, enabled: enabled.length, healthy: healthy.length },
    sources,
  });
  if (sources.length === 0) return say('down', 'No worker has written anything down yet.');
  if (now.getTime() - newest > OLD_MS) {
    return say('down', `No worker has reported since ${new Date(newest).toISOString()}.`);
  }
  if (enabled.length === 0) return say('down', 'No provider is enabled.');
  if (down.length === enabled.length) return say('down', 'Every enabled provider is down.');
  // Of one that has failed nobody knows that it is well again before it has answered, and the next who asks will see.
  if (enabled.every(({ breaker }) => breaker !== 'closed')) return say('down', 'No enabled provider is known to work.');
  if (healthy.length === enabled.length) return say('healthy', 'Every enabled provider is well.');
  const unwell = enabled.filter((source) => source.health !== 'healthy').map(({ provider }) => provider);
  return say('degraded', `Not well: ${unwell.join(', ')}.`);
}
