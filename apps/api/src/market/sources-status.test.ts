import type { ProviderStatus } from '@freshet/contracts';
import { providerStatus } from '../ended.fixture.ts';
import { sourcesStatus } from './sources-status.ts';

const now = new Date('2026-11-20T15:00:00Z');
const trying = { health: 'degraded', breaker: 'half_open' } as const;
const down = { health: 'down', breaker: 'open' } as const;

function overall(...known: Partial<ProviderStatus>[]) {
  const sources = known.map((more, n) => {
    const { status } = providerStatus(`p${n}`, `P${n}`, more);
    return { ...status, updated_at: now.toISOString() };
  });
  return sourcesStatus(sources, now).overall;
}

test('nobody works while each of them is down or waits to be tried again', () => {
  expect(overall(down, trying, trying, { enabled: false, health: 'off' })).toEqual({
    health: 'down',
    detail: 'No enabled provider is known to work.',
    enabled: 3,
    healthy: 0,
  });
  expect(overall(down, down)).toMatchObject({ health: 'down', detail: 'Every enabled provider is down.' });
});

test('one that is only slow or short of quota works', () => {
  expect(overall(down, trying, { health: 'degraded' })).toMatchObject({ health: 'degraded', healthy: 0 });
  expect(overall(trying, {})).toMatchObject({ health: 'degraded', detail: 'Degraded or down: p0.' });
  expect(overall({}, {})).toMatchObject({ health: 'healthy' });
});
