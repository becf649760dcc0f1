import type { ProviderStatus } from '@freshet/contracts';
import type { Metrics } from '@freshet/runtime';
import type { Asker } from './ask.ts';
import {
  chainFor,
  couldProve,
  isUnproven,
  isUnwell,
  type Standing,
  unprovenFor,
  type Wanted,
  whyNobody,
} from './choose.ts';
import type { Health } from './health/health.ts';
import type { Ledger } from './quota/ledger.ts';
import type { ProviderSettings } from './settings.ts';
import { downBecause, type ProviderFacts, type Room, roomOf, shutBecause, standingOf, statusOf } from './status.ts';

/** What a process knows of the providers: a picture that `look` renews, and what follows from it at once. */
export interface ProviderWatch {
  /** Reads what all processes know of every provider. @throws Error of ioredis; the old picture stays then */
  look(): Promise<void>;
  /** The same of one provider, the next in turn: looking at all of them at once holds a busy process up for 5 ms. */
  lookAtNext(): Promise<void>;
  /** So many have something to look at. */
  readonly count: number;
  /** Whom to ask, best first, without those tried: see `chainFor`. By the last picture. */
  chain(wanted: Wanted, tried: readonly string[]): string[];
  /** Those who have failed and may be asked again: mostly none. By the last picture. */
  unproven(): string[];
  /** Whether it has failed and isn't known to be well again, by the last picture. */
  isUnwell(name: string): boolean;
  /** See there. */
  couldProve(name: string, wanted: Wanted): boolean;
  /** Which of them would be asked first, were it well: see `unprovenFor`. */
  unprovenFor(wanted: Wanted): string | null;
  /** Why nobody can be asked. */
  whyNobody(wanted: Wanted, tried: readonly string[]): string;
  /** What its quota leaves now; null when it leaves nothing for long. By the last picture. */
  room(name: string): Room | null;
  /** Why it fails, when it won't be asked for long for that. By the last picture. */
  downBecause(name: string): string | null;
  /** Why it fails, while it may not be asked for that, be it for some seconds. By the last picture. */
  shutBecause(name: string): string | null;
  /** The rows to write down for the API. */
  statuses(): ProviderStatus[];
}

const NOTHING_KNOWN: Health = {
  reliability: null,
  latencyMs: null,
  callsPerMinute: 0,
  unitsPerMinute: 0,
  lasting: { calls: 0, units: 0 },
  lastSuccessAt: null,
  failingSince: null,
  lastError: null,
};

/** Until the first look nothing is known of any of them, and all count as well. */
export function watchProviders({
  settings,
  ledger,
  door,
  metrics,
  now = () => new Date(),
}: {
  /** All providers, those that are off included. */
  settings: readonly ProviderSettings[];
  ledger: Ledger;
  door: Pick<Asker, 'breaker' | 'health'>;
  metrics?: Metrics;
  now?: () => Date;
}): ProviderWatch {
  const gauges = metrics && gaugesOf(metrics);
  const providers = settings.map(({ provider }) => provider);
  const facts = new Map(settings.map((one) => [one.provider.name, unknown(one)]));

  async function factsOf(one: ProviderSettings): Promise<ProviderFacts> {
    const { name } = one.provider;
    const [health, breaker, quota] = await Promise.all([
      door.health.read(one.account),
      door.breaker.state(one.account),
      ledger.look(name),
    ]);
    return { settings: one, health, breaker, ...quota };
  }

  function standing(name: string): Standing {
    const known = facts.get(name);
    if (!known) throw new Error(`there is no provider ${name}`);
    return standingOf(known, now());
  }

  function room(name: string): Room | null {
    const known = facts.get(name);
    return known ? roomOf(known, now()) : null;
  }

  const reasonOf = (why: typeof downBecause) => (name: string) => {
    const known = facts.get(name);
    return known ? why(known, now()) : null;
  };

  function why(name: string): string | null {
    const known = facts.get(name);
    return known ? statusOf(known, now()).because : null;
  }

  const enabled = settings.filter((one) => one.enabled);
  let turn = 0;

  async function lookAt(one: ProviderSettings): Promise<void> {
    const seen = await factsOf(one);
    facts.set(one.provider.name, seen);
    gauges?.set(statusOf(seen, now()));
  }

  return {
    count: enabled.length,
    async look() {
      await Promise.all(enabled.map(lookAt));
    },
    async lookAtNext() {
      const next = enabled[turn++ % enabled.length];
      if (next) await lookAt(next);
    },
    chain: (wanted, tried) => chainFor(wanted, { providers, standing, tried }),
    unproven: () => enabled.map(({ provider }) => provider.name).filter((name) => isUnproven(standing(name))),
    isUnwell: (name) => isUnwell(standing(name)),
    couldProve: (name, wanted) => couldProve(name, wanted, { providers, standing }),
    unprovenFor: (wanted) => unprovenFor(wanted, { providers, standing, tried: [] }),
    whyNobody: (wanted, tried) => whyNobody(wanted, { providers, why, tried }),
    room,
    downBecause: reasonOf(downBecause),
    shutBecause: reasonOf(shutBecause),
    statuses: () => [...facts.values()].map((known) => statusOf(known, now())),
  };
}

function unknown(settings: ProviderSettings): ProviderFacts {
  return { settings, health: NOTHING_KNOWN, breaker: { is: 'closed' }, windows: [], parked: null };
}

function gaugesOf(metrics: Metrics) {
  const remaining = metrics.gauge({
    name: 'provider_quota_remaining',
    help: 'Units left in each window of a provider.',
    labels: ['provider', 'window'],
  });
  const limit = metrics.gauge({
    name: 'provider_quota_limit',
    help: 'Units that each window of a provider allows.',
    labels: ['provider', 'window'],
  });
  const breaker = metrics.gauge({
    name: 'provider_breaker_state',
    help: '0 closed, 1 half open, 2 open, 3 off because its key was refused.',
    labels: ['provider'],
  });
  const states = { closed: 0, half_open: 1, open: 2 };
  return {
    set({ provider, enabled, windows, breaker: state, health }: ProviderStatus): void {
      if (!enabled) return;
      for (const window of windows) {
        remaining.set({ provider, window: window.name }, window.remaining);
        limit.set({ provider, window: window.name }, window.limit);
      }
      breaker.set({ provider }, health === 'off' ? 3 : states[state]);
    },
  };
}
