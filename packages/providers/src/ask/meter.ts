import { PROVIDER_ERROR_KINDS } from '@freshet/contracts';
import type { Logger, Metrics } from '@freshet/runtime';
import type { Breaker } from '../breaker.ts';
import type { HealthRecord } from '../health/health.ts';
import type { ProviderError } from '../provider.ts';
import type { UsageKey } from '../quota/usage.ts';

/** The outcome of one call. */
export interface Met {
  /** The error of the whole call. */
  error: ProviderError | null;
  latencyMs: number;
  cost: number;
  /** A step of a handshake. */
  isStep?: boolean;
}

/** Records every outcome in this process's metrics and in the shared health and breaker. */
export interface Meter {
  /** Never throws: an answer isn't lost because its outcome could not be recorded. */
  note(key: UsageKey, met: Met): Promise<void>;
}

export function createMeter({
  providers,
  metrics,
  logger,
  health,
  breaker,
}: {
  /** The names of the providers that are on. */
  providers: readonly string[];
  metrics?: Metrics;
  logger: Pick<Logger, 'info' | 'warn' | 'debug'>;
  health: HealthRecord;
  breaker: Breaker;
}): Meter {
  const requests = metrics?.counter({
    name: 'provider_requests_total',
    help: 'Calls to providers, by what came of them.',
    labels: ['provider', 'outcome'],
  });
  // All series exist from the start: Prometheus sees no increase in a series that appears with its first count, and a
  // refused key is counted only once.
  for (const provider of providers)
    for (const outcome of ['ok', ...PROVIDER_ERROR_KINDS]) requests?.inc({ provider, outcome }, 0);
  const durations = metrics?.histogram({
    name: 'provider_request_duration_seconds',
    help: 'How long providers take to answer.',
    labels: ['provider'],
  });

  async function note(key: UsageKey, { error, latencyMs, cost, isStep }: Met): Promise<void> {
    const { provider } = key;
    requests?.inc({ provider, outcome: error?.kind ?? 'ok' });
    durations?.observe({ provider }, latencyMs / 1000);
    logger.debug({ provider, outcome: error?.kind ?? 'ok', latency_ms: Math.round(latencyMs) }, 'asked');
    const recent = await health.note(key, {
      error: error?.kind ?? null,
      detail: error?.detail ?? null,
      latencyMs,
      cost,
      isStep,
    });
    // If each new session counted as two good answers, the breaker would never open for a provider that refuses every
    // question.
    if (isStep && !error) return;
    const answer = answerOf(error);
    const { state, changed } = await breaker.note(key, { answer, recent, why: error?.detail ?? 'answered' });
    if (!changed) return;
    if (state.is === 'closed') {
      await health.forgetOutcomes(key);
      logger.info({ provider }, 'the provider answers again: its breaker has closed');
    } else {
      logger.warn(
        { provider, until: new Date(state.until).toISOString(), why: state.why },
        'the provider keeps failing or refuses its key: its breaker is open, and only probes are sent',
      );
    }
  }

  return {
    note: (key, met) =>
      note(key, met).catch((error: unknown) => {
        logger.warn(
          { provider: key.provider, err: error },
          'the outcome of a call could not be recorded in health and breaker',
        );
      }),
  };
}

function answerOf(error: ProviderError | null): 'good' | 'failed' | 'neutral' | 'bad_key' {
  switch (error?.kind) {
    case 'bad_key':
      return 'bad_key';
    case 'unavailable':
    case 'malformed':
      return 'failed';
    case 'rate_limited':
    case 'quota_spent':
      return 'neutral';
    default:
      return 'good';
  }
}
