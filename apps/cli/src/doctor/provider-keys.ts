import { ProviderStatus } from '@freshet/contracts';
import { PROVIDERS } from '@freshet/providers';
import { readProviderStatus } from '@freshet/store';
import { type Check, unseen } from './check.ts';

/** No provider refuses its key. */
export const providerKeys: Check = {
  title: 'providers accept their keys',
  async look({ pool }) {
    if (!pool) return unseen('PostgreSQL');
    const rows = await readProviderStatus<unknown>(pool);
    const known = rows.flatMap(({ status }) => ProviderStatus.safeParse(status).data ?? []);
    const refused = known.filter(({ enabled, last_error: error, last_success_at: success }) => {
      return enabled && error?.kind === 'bad_key' && (success === null || success < error.at);
    });
    if (refused.length === 0) {
      const off = known.filter(({ enabled }) => !enabled).length;
      return { state: 'ok', detail: `${known.length - off} are on, ${off} off` };
    }
    const variables = refused.map(
      ({ provider }) => `${PROVIDERS.find(({ name }) => name === provider)?.envPrefix ?? provider}_API_KEY`,
    );
    return {
      state: 'trouble',
      detail: refused.map(({ title, last_error: error }) => `${title}: ${error?.detail}`).join('; '),
      todo: `Correct ${variables.join(', ')} and restart the workers.`,
    };
  },
};
