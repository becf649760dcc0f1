import { createHash } from 'node:crypto';
import type { LimitWindow, ProviderConfig } from '@freshet/runtime';
import type { Provider, QuotaWindow } from './provider.ts';
import { isLong } from './quota/window.ts';
import type { UsageKey } from './quota/usage.ts';

/** One provider as it is configured here. */
export interface ProviderSettings {
  provider: Provider;
  /** Whose quota it is: the provider, and a hash of its key. */
  account: UsageKey;
  enabled: boolean;
  /** Why it is off, in one sentence that says what to do; null when it is on. */
  why: string | null;
  key: string | undefined;
  /** Without a trailing slash. */
  baseUrl: string;
  /** The base URL is not the provider's own. */
  overridden: boolean;
  limits: QuotaWindow[];
  /** The limits are the operator's word. */
  limitsGiven: boolean;
  /** Calls in flight at once, in one process. */
  concurrency: number;
}

/** A wider plan than the free one is used by more calls at once: as many as it allows in half a second, up to this. */
const MOST_AT_ONCE = 10;

/** All providers with what the environment says of each, by the prefix of their variables. */
export function providerSettings(
  providers: readonly Provider[],
  configs: Readonly<Record<string, ProviderConfig | undefined>>,
): ProviderSettings[] {
  return providers.map((provider) => {
    const config = configs[provider.envPrefix] ?? {};
    const key = provider.key === 'none' ? undefined : config.apiKey;
    const why = whyOff(provider, config);
    const overridden = config.baseUrl !== undefined && config.baseUrl !== provider.baseUrl;
    const limits = config.limits ? limitsOf(provider, config.limits) : provider.limits;
    return {
      provider,
      account: { provider: provider.name, keyHash: hashOf(key, overridden ? config.baseUrl : undefined) },
      enabled: why === null,
      why,
      key,
      baseUrl: config.baseUrl ?? provider.baseUrl,
      overridden,
      limits,
      limitsGiven: config.limits !== undefined,
      concurrency: config.limits ? concurrencyOf(provider, limits) : provider.concurrency,
    };
  });
}

function concurrencyOf(provider: Provider, limits: readonly QuotaWindow[]): number {
  const perSecond = Math.min(...limits.map(({ limit, perSeconds }) => limit / perSeconds));
  return Math.max(provider.concurrency, Math.min(MOST_AT_ONCE, Math.ceil(perSecond / 2)));
}

function whyOff({ title, envPrefix, key, state, notice }: Provider, config: ProviderConfig): string | null {
  if (config.enabled === false) return `${title} is switched off by ${envPrefix}_ENABLED.`;
  if (state === 'retired' && !config.baseUrl) return notice ?? `${title} was shut down.`;
  if (state === 'off' && !config.enabled) {
    return `${title} is off unless ${envPrefix}_ENABLED=true.${notice ? ` ${notice}` : ''}`;
  }
  if (key === 'required' && !config.apiKey) return `${title} needs a key: set ${envPrefix}_API_KEY.`;
  return null;
}

/** Another key has other quotas, and so has another address (the simulator): neither may count against the other. */
function hashOf(key: string | undefined, baseUrl: string | undefined): string {
  if (!key && !baseUrl) return 'none';
  return createHash('sha256')
    .update(`${key ?? ''} ${baseUrl ?? ''}`)
    .digest('hex')
    .slice(0, 16);
}

/**
 * The operator's windows. What they leave open is as the provider declares it for the same span: what is counted, and
 * when a day or month starts anew. Where nothing is declared for that span, what all its windows count.
 */
export function limitsOf(provider: Pick<Provider, 'limits'>, given: readonly LimitWindow[]): QuotaWindow[] {
  const declared = provider.limits;
  const onlyCost = declared.length > 0 && declared.every(({ counts }) => counts === 'cost');
  return given.map(({ limit, perSeconds, counts, resets }) => {
    const like = declared.find(
      (window) => sameSpan(window, perSeconds) && (!counts || (window.counts ?? 'calls') === counts),
    );
    const counting = counts ?? like?.counts ?? (onlyCost ? 'cost' : 'calls');
    const window: QuotaWindow = { limit, perSeconds };
    if (counting === 'cost') window.counts = 'cost';
    const resetting = resets === undefined ? like?.resets : resets || undefined;
    // The length of a month varies: answers speak of it as the adapter declares it.
    if (like && resetting) window.perSeconds = like.perSeconds;
    if (resetting) window.resets = resetting;
    return window;
  });
}

function sameSpan(window: QuotaWindow, perSeconds: number): boolean {
  const monthly = (seconds: number) => seconds >= 28 * 86_400 && seconds <= 31 * 86_400;
  return window.perSeconds === perSeconds || (isLong(window) && monthly(window.perSeconds) && monthly(perSeconds));
}

/** The ledger's accounts of the providers that are on. */
export function accountsOf(settings: readonly ProviderSettings[]) {
  return settings
    .filter(({ enabled }) => enabled)
    .map(({ account, limits, limitsGiven }) => ({ ...account, windows: limits, fixed: limitsGiven }));
}
