import type { ProviderErrorKind } from '@freshet/contracts';
import { type ChainAsk, PATIENCE_MS, type World } from '@freshet/refresh';
import { createForbidden } from '../../apps/worker/src/forbidden.ts';
import { createSpoilers } from '../../apps/worker/src/spoilers.ts';
import { all, answerOf, type Called, type Said } from './answers.ts';

export interface ProviderScript {
  name: string;
  batch?: number;
  answer?: (called: Called) => Said | Promise<Said>;
  /** How many calendar days back its bars reach; without a limit when left out. */
  historyDays?: number;
  /** Refuses the grant for so long. */
  refuses?: () => { forMs: number; kind: ProviderErrorKind } | null;
}

/** Providers that do as their scripts say, in the order in which these stand: what the heart sees of them. */
export interface ScriptedProviders extends Pick<World, 'lanes' | 'asker'> {
  /** Every call that went out, in its order. */
  calls: Called[];
  /** How many grants were given back. */
  given: { back: number };
  /** As if nobody had ever been asked. */
  forget(): void;
}

/** `providers` is asked each time, so that a story may change them. */
export function scriptProviders(providers: () => ProviderScript[]): ScriptedProviders {
  const calls: Called[] = [];
  const given = { back: 0 };
  let granted = new Map<string, number>();
  let spoilers = createSpoilers();
  let forbidden = createForbidden();

  const script = (name: string) => {
    const found = providers().find((each) => each.name === name);
    if (!found) throw new Error(`there is no provider ${name}`);
    return found;
  };
  const untried = ({ symbol, data, tried }: ChainAsk) => {
    const others = providers().filter(({ name }) => !tried.some(({ provider }) => provider === name));
    return forbidden.sort(
      others.map(({ name }) => name),
      symbol,
      data,
    );
  };
  return {
    calls,
    given,
    lanes: {
      of: (name) => ({
        name,
        batchBest: (data) => (data === 'quote' ? (script(name).batch ?? 10) : 1),
        cost: () => 1,
      }),
      chain: (ask) => spoilers.last(untried(ask).open, ask.symbol, ask.data),
      unproven: () => [],
      isUnwell: () => false,
      wouldBeFirst: () => false,
      couldProve: () => false,
      mayTry: async () => false,
      forbids: (lane, symbol, data, detail) => forbidden.note(lane, symbol, data, detail),
      forbidden: (ask) => untried(ask).closed,
      historyDays: (name) => script(name).historyDays ?? Infinity,
      spoils: (lane, symbol, data) => spoilers.note(lane, symbol, data),
      whyNobody: () => 'no provider is on',
      room: (name) => ((script(name).refuses?.()?.forMs ?? 0) > PATIENCE_MS ? null : Infinity),
      downBecause(name) {
        const refused = script(name).refuses?.();
        return refused?.kind === 'unavailable' && refused.forMs > PATIENCE_MS ? `${name} is down` : null;
      },
      shutBecause: (name) => (script(name).refuses?.()?.kind === 'unavailable' ? `${name} is down` : null),
      estimate: () => ({ calls: {}, duration_ms: 0 }),
      planning: () => 0,
      patienceMs: PATIENCE_MS,
    },
    asker: {
      attend: (_lane, work) => work(),
      refusedForMs: () => 0,
      async take(lane, { cost }) {
        const refused = script(lane).refuses?.();
        if (refused)
          return { granted: false, retryInMs: refused.forMs, kind: refused.kind, because: `${lane} is spent` };
        const nth = (granted.get(lane) ?? 0) + 1;
        granted.set(lane, nth);
        return { granted: true, id: 'grant', provider: lane, cost, nth, endsBy: 0 };
      },
      giveBack: async () => void given.back++,
      async ask({ provider }, { data, symbols, from, to }) {
        const called = {
          provider,
          data,
          symbols,
          ...(from !== undefined && { from }),
          ...(to !== undefined && { to }),
        };
        calls.push(called);
        return answerOf((await script(provider).answer?.(called)) ?? all('10')(called));
      },
      usdtRates: async () => null,
    },
    forget() {
      [calls.length, given.back] = [0, 0];
      granted = new Map();
      spoilers = createSpoilers();
      forbidden = createForbidden();
    },
  };
}
