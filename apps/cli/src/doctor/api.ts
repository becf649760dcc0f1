import type { Check } from './check.ts';

/** The API serves and knows our key. */
export const api: Check = {
  title: 'the API serves',
  async look({ client, api: url }) {
    const ready = await fetch(new URL('/readyz', url)).catch(() => null);
    if (!ready) return { state: 'trouble', detail: `nothing answers at ${url}`, todo: 'Start it: npm run api.' };
    const { checks } = (await ready.json()) as { checks: Record<string, string> };
    const troubles = Object.entries(checks).filter(([, state]) => state !== 'ok');
    if (troubles.length > 0) {
      const detail = troubles.map(([name, why]) => `${name}: ${why}`).join('; ');
      return { state: 'trouble', detail, todo: 'Bring back what is named; the log of the API says more.' };
    }
    if (!client) return { state: 'ok', detail: `${url} is ready` };
    const { role } = await client.call('GET /api/v1/me');
    if (role !== 'admin' && role !== 'support') return { state: 'ok', detail: `${url} is ready` };
    const { data } = await client.call('GET /api/v1/failed', { query: { limit: 200 } });
    if (data.length === 0) return { state: 'ok', detail: `${url} is ready, and no job has failed` };
    return {
      state: 'trouble',
      detail: `${data.length} jobs have failed, the last with: ${data[0]?.error.split('\n')[0]}`,
      todo: 'freshet failed shows why; freshet failed retry --all tries them again.',
    };
  },
};
