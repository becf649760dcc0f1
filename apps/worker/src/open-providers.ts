import {
  accountsOf,
  createAsker,
  createLedger,
  type Asker,
  type Ledger,
  type ProviderSettings,
  providerSettings,
  PROVIDERS,
  type ProviderWatch,
  watchProviders,
} from '@freshet/providers';
import { type Environment, type Logger, type Metrics, providerConfigs, readConfig, type Redis } from '@freshet/runtime';
import { createUsage, type Pool } from '@freshet/store';
import { providerConfiguration } from './config.ts';

/** The providers as this worker knows them, the ledger of their quota, and the door to them. */
export interface OpenProviders {
  all: ProviderSettings[];
  names: string[];
  /** The providers that are off, and why. */
  off: ReadonlyMap<string, string>;
  /** One lane for each provider that is on, and how many of its calls may run in this process at once. */
  lanes: { name: string; concurrency: number }[];
  /** Whether one want may be sent to a provider that has failed: see `Breaker.tryOne`. */
  mayTry(name: string, first: boolean): Promise<boolean>;
  ledger: Ledger;
  door: Asker;
  /** The last known state of all providers: for choosing among them, and for the api. */
  watch: ProviderWatch;
}

export function openProviders({
  env,
  pool,
  redis,
  prefix,
  log,
  metrics,
  now,
}: {
  env: Environment;
  pool: Pool;
  redis: Redis;
  prefix: string;
  log: Logger;
  metrics: Metrics;
  now: () => Date;
}): OpenProviders {
  const all = providerSettings(PROVIDERS, providerConfigs(readConfig(providerConfiguration, env)));
  const on = all.filter(({ enabled }) => enabled);
  for (const { provider, enabled, why } of all) {
    if (!enabled) log.info({ provider: provider.name, why }, 'a provider is off');
  }
  const ledger = createLedger({ redis, prefix: `${prefix}:`, usage: createUsage(pool), accounts: accountsOf(all) });
  const door = createAsker({ providers: on, ledger, redis, prefix: `${prefix}:`, logger: log, metrics, now });
  return {
    all,
    names: on.map(({ provider }) => provider.name),
    off: new Map(all.flatMap(({ provider, enabled, why }) => (enabled ? [] : [[provider.name, why ?? 'it is off']]))),
    lanes: on.map(({ provider, concurrency }) => ({ name: provider.name, concurrency })),
    async mayTry(name, first) {
      const account = on.find(({ provider }) => provider.name === name)?.account;
      return account !== undefined && door.breaker.tryOne(account, first);
    },
    ledger,
    door,
    watch: watchProviders({ settings: all, ledger, door, metrics, now }),
  };
}
