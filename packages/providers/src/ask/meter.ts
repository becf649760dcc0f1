import { PROVIDER_ERROR_KINDS } from '@freshet/contracts';
import type { Logger, Metrics } from '@freshet/runtime';
import type { Breaker } from '../breaker.ts';
import type { HealthRecord } from '../health/health.ts';
import type { ProviderError } from '../provider.ts';
import type { UsageKey } from '../quota/usage.ts';

/** What one exchange came to. */
export interface Met {
  /** The error of the whole call. */
  error: ProviderError | null;
  latencyMs: number;
  cost: number;
  /** A call on the way to the question, as those of a handshake. */
  isStep?: boolean;
}

/** Writes down every answer: for the metrics of this process, and for the health and breaker that all share. */
export interface Meter {
  /** Never throws: what an answer says isn't lost because it could not be noted. */
  note(key: UsageKey, met: Met): Promise<void>;
}

export function createMeter({
  providers,
  metrics,
  logger,
  health,
  breaker,
}: {
  /** The names of those that are on. */
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
  // From the start, all of them: Prometheus sees no increase in a series that is born with its first count, and a refused key counts once.
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
    // With each new session as two good answers, a provider that refuses every question would never be left alone.
    if (isStep && !error) return;
    const answer = answerOf(error);
    const { state, changed } = await breaker.note(key, { answer, recent, why: error?.detail ?? 'answered' });
    if (!changed) return;
    if (state.is === 'closed') {
      await health.forgetOutcomes(key);
      logger.info({ provider }, 'the provider answers again');
    } else {
      logger.warn(
        { provider, until: new Date(state.until).toISOString(), why: state.why },
        'the provider is not asked',
      );
    }
  }

  return {
    note: (key, met) =>
      note(key, met).catch((error: unknown) => {
        logger.warn({ provider: key.provider, err: error }, 'an answer could not be noted');
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
