import { PRIORITIES } from '@freshet/contracts';
import { createLogger, createMetrics } from '@freshet/runtime';
import { testRedis } from '@freshet/testing';
import { type Asker, createAsker } from '../ask.ts';
import { createBreaker } from '../breaker.ts';
import type { HttpAnswer, Provider } from '../provider.ts';
import type { Grant, Ledger } from '../quota/ledger.ts';
import { createLedger } from '../quota/redis-ledger.ts';
import { usageInMemory } from '../quota/usage.ts';
import { accountsOf, type ProviderSettings, providerSettings } from '../settings.ts';
import { startToy, type Toy, twoSteps } from './toy.fixture.ts';

export const SECRET = 'the-secret-key-of-the-test';
export const rank = PRIORITIES.medium;
/** An answer of status 403, which the toy reads as a refused key, means that the session is over. */
export const overAt403 = { ...twoSteps, expired: ({ status }: HttpAnswer) => status === 403 };

export interface Subject {
  toy: Toy;
  asker: Asker;
  ledger: Ledger;
  /** Another worker with the same provider. */
  another(): Asker;
  take(cost?: number): Promise<Grant>;
  ask(...symbols: string[]): ReturnType<Asker['ask']>;
  used(): Promise<number | undefined>;
  /** What its breaker says to whoever would ask now. */
  admission(): ReturnType<Asker['breaker']['admit']>;
  logged: string[];
  metrics: ReturnType<typeof createMetrics>;
}

/** Askers of toys on a real Redis; `clear` closes those of a test, `end` the connection of the test file. */
export function testAskers() {
  const server = testRedis();
  const redis = server.client();
  const open: { toy: Toy; askers: Asker[] }[] = [];
  let number = 0;

  async function clear(): Promise<void> {
    for (const { toy, askers } of open.splice(0)) {
      for (const asker of askers) asker.close();
      await toy.close();
    }
  }

  async function subject(
    changes: Partial<Provider> = {},
    callMs = 10_000,
    /** With it, the provider's own address is another one, and a proxy stands before it. */
    elsewhere?: (provider: Provider) => Partial<Provider>,
  ): Promise<Subject> {
    const toy = await startToy(changes);
    const proxy = elsewhere ? { baseUrl: `${toy.url}/prefix` } : {};
    if (elsewhere) toy.provider = { ...toy.provider, ...elsewhere(toy.provider) };
    const prefix = `${server.prefix}:${number++}:`;
    const settings = providerSettings([toy.provider], { TOY: { apiKey: SECRET, ...proxy } });
    const ledger = createLedger({ redis, prefix, usage: usageInMemory(), accounts: accountsOf(settings) });
    const logged: string[] = [];
    const to = { write: (line: string) => void logged.push(line) };
    const logger = createLogger({ name: 'test', level: 'debug', to });
    const metrics = createMetrics('test', { own: false });
    const askers: Asker[] = [];
    const another = () => {
      const made = createAsker({ providers: settings, ledger, redis, prefix, logger, metrics, callMs, retryMs: 10 });
      askers.push(made);
      return made;
    };
    const asker = another();
    open.push({ toy, askers });
    const take = async (cost = 1) => {
      const reply = await asker.take('toy', { cost, rank });
      if (!reply.granted) throw new Error(reply.because);
      return reply;
    };
    return {
      toy,
      asker,
      ledger,
      another,
      take,
      logged,
      metrics,
      ask: async (...symbols) =>
        asker.ask('toy', { data: 'quote', symbols }, { grant: await take(symbols.length), rank }),
      used: async () => (await ledger.look('toy')).windows[0]?.used,
      admission: () => asker.breaker.admit(accountOf(toy)),
    };
  }

  /** It failed so long ago: after a minute it may be probed. */
  async function failed(toy: Toy, agoMs = 60_000): Promise<void> {
    const breaker = createBreaker({ redis, prefix: `${server.prefix}:${number - 1}:`, now: () => Date.now() - agoMs });
    const recent = Array.from({ length: 5 }, () => false);
    await breaker.note(accountOf(toy), { answer: 'failed', recent, why: 'it fails' });
  }

  return { redis, subject, failed, clear, end: () => server.cleanup() };
}

export function accountOf(toy: Toy) {
  const [settings] = providerSettings([toy.provider], { TOY: { apiKey: SECRET } });
  return (settings as ProviderSettings).account;
}
