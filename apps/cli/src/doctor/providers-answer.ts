import { ProviderStatus } from '@freshet/contracts';
import { readProviderStatus } from '@freshet/store';
import { ago } from '../print/words.ts';
import { type Check, unseen } from './check.ts';

/** As of the alert `provider_down`: what fails for a moment is borne by the others. */
const DOWN_MS = 300_000;

/** No provider has brought nothing but failures for long. One whose key is refused is the matter of another check. */
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
    if (!failing.some(({ isDown }) => isDown)) return { state: 'ok', detail: detail || `none of ${on.length} fails` };
    return {
      state: 'trouble',
      detail,
      todo: "It is tried again by itself, and others of its symbols' chains are asked meanwhile (freshet sources). See its status page, and the way there: proxy, firewall, <NAME>_BASE_URL.",
    };
  },
};
