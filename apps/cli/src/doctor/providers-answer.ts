import { ProviderStatus } from '@freshet/contracts';
import { readProviderStatus } from '@freshet/store';
import { ago } from '../print/words.ts';
import { type Check, unseen } from './check.ts';

/** As for the alert `provider_down`: while one fails for a moment, the others of each chain serve. */
const DOWN_MS = 300_000;

/** No provider has brought nothing but failures for long. A refused key is the matter of another check. */
export const providersAnswer: Check = {
  title: 'providers answer',
  async look({ pool }) {
    if (!pool) return unseen('PostgreSQL');
    const rows = await readProviderStatus<unknown>(pool);
    const on = rows
      .flatMap(({ status }) => ProviderStatus.safeParse(status).data ?? [])
      .filter(({ enabled }) => enabled);
    const failing = on.flatMap(({ title, breaker, health, failing_since: since, last_error: error }) => {
      if (since === null || breaker === 'closed' || health === 'off' || error?.kind === 'bad_key') return [];
      const text = `${title} fails, first ${ago(since)}: ${error?.detail ?? 'its calls bring nothing'}`;
      return [{ text, isDown: Date.now() - Date.parse(since) > DOWN_MS }];
    });
    const detail = failing.map(({ text }) => text).join('; ');
    if (!failing.some(({ isDown }) => isDown)) return { state: 'ok', detail: detail || noneIsDown(on) };
    return {
      state: 'trouble',
      detail,
      todo: 'Freshet tries it again by itself and asks the other providers meanwhile (freshet sources). Look at its status page, then at the way there: proxy, firewall, <NAME>_BASE_URL.',
    };
  },
};

function noneIsDown(on: readonly ProviderStatus[]): string {
  const unreliable = on.flatMap(({ health, title }) => (health === 'degraded' ? title : []));
  const also = unreliable.length > 0 ? `; unreliable of late: ${unreliable.join(', ')}` : '';
  return `none of ${on.length} is down${also}`;
}
