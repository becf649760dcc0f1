import type { Variable } from './config.ts';
import type { LimitWindow } from './limits.ts';
import { is } from './variable.ts';

/** The prefixes of the providers' variables, with which of them can use a key. The registry's test holds this list. */
export const PROVIDER_PREFIXES = {
  YAHOO: { key: false, off: false },
  FINNHUB: { key: true, off: false },
  ALPHA_VANTAGE: { key: true, off: false },
  IEX_CLOUD: { key: true, off: true },
  FMP: { key: true, off: false },
  TWELVE_DATA: { key: true, off: false },
  COINGECKO: { key: true, off: false },
  BINANCE: { key: false, off: false },
  CRYPTOCOMPARE: { key: true, off: false },
  FINVIZ: { key: false, off: true },
  POLYGON: { key: true, off: false },
} as const;
export type ProviderPrefix = keyof typeof PROVIDER_PREFIXES;

/** A provider's settings from the environment. The provider's own declaration decides what is absent here. */
export interface ProviderConfig {
  apiKey?: string;
  baseUrl?: string;
  limits?: LimitWindow[];
  enabled?: boolean;
}

/** The variables of one provider: `FINNHUB_API_KEY`, `FINNHUB_BASE_URL`, `FINNHUB_LIMITS`, `FINNHUB_ENABLED`. */
export function providerVariables(prefix: ProviderPrefix): Record<string, Variable> {
  const readBy = ['worker'] as const;
  return {
    ...(PROVIDER_PREFIXES[prefix].key
      ? { [`${prefix}_API_KEY`]: is.secret(`${prefix}_API_KEY`, { readBy, doc: 'The key of your account there.' }) }
      : {}),
    [`${prefix}_BASE_URL`]: is.httpUrl(`${prefix}_BASE_URL`, {
      readBy,
      doc: 'Where to ask instead of the real provider (a proxy, or the simulator).',
    }),
    [`${prefix}_LIMITS`]: is.limits(`${prefix}_LIMITS`, {
      readBy,
      doc: "Your plan's windows instead of the free plan's, such as 8/min,800/day.",
    }),
    [`${prefix}_ENABLED`]: is.flag(`${prefix}_ENABLED`, {
      readBy,
      doc: PROVIDER_PREFIXES[prefix].off ? 'true switches it on.' : 'false switches it off.',
    }),
  };
}

/** The variables of all providers by their own names, for `readConfig`. */
export const allProviderVariables: Record<string, Variable> = Object.assign(
  {},
  ...Object.keys(PROVIDER_PREFIXES).map((prefix) => providerVariables(prefix as ProviderPrefix)),
);

/** Sorts what `readConfig(allProviderVariables)` has read by provider prefix. */
export function providerConfigs(values: Record<string, unknown>): Record<ProviderPrefix, ProviderConfig> {
  const prefixes = Object.keys(PROVIDER_PREFIXES) as ProviderPrefix[];
  return Object.fromEntries(
    prefixes.map((prefix) => [
      prefix,
      {
        apiKey: values[`${prefix}_API_KEY`] as string | undefined,
        baseUrl: values[`${prefix}_BASE_URL`] as string | undefined,
        limits: values[`${prefix}_LIMITS`] as LimitWindow[] | undefined,
        enabled: values[`${prefix}_ENABLED`] as boolean | undefined,
      },
    ]),
  ) as Record<ProviderPrefix, ProviderConfig>;
}
