import type { DataKind } from '@freshet/contracts';
import type { Logger, Metrics } from '@freshet/runtime';
import type { Redis } from 'ioredis';
import { createExchange, type Exchange } from './ask/exchange.ts';
import { createMeter } from './ask/meter.ts';
import { createSender } from './ask/send.ts';
import { createSessions } from './ask/sessions.ts';
import { type Asked, type AskHow, CALL_MS, GRANT_MS, type NotNow } from './ask/how.ts';
import { createPlaces, type Places } from './ask/places.ts';
import { ofSymbols } from './ask/of-symbols.ts';
import { toldOfTwins, twinsOf } from './ask/twins.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import { createHealthRecord, type HealthRecord } from './health/health.ts';
import type { Ask, Endpoint, Provider } from './provider.ts';
import type { Grant, Ledger } from './quota/ledger.ts';
import { refusal } from './wire/reading.ts';
import type { ProviderSettings } from './settings.ts';

/** The only way to call a provider. A provider's failure never throws; it is among the reading's errors. */
export interface Asker {
  /**
   * Runs the work up to and including one call of a lane, as soon as a place is free. Landing its answer needs no
   * place.
   */
  attend<T>(provider: string, work: () => Promise<T>): Promise<T>;
  /**
   * Asks for a grant for one call now. Refused while all places of this process are taken, while the breaker is open,
   * and by the quota. `rank`: that of the most urgent waiting want. `atLeast`: the smallest cost that is still useful.
   */
  take(provider: string, ask: { cost: number; atLeast?: number; rank: number }): Promise<Grant | NotNow>;
  /** Returns the grant of a call that won't be made. */
  giveBack(grant: Grant): Promise<void>;
  /** Asks for several symbols in one call and settles the grant. */
  ask(provider: string, what: Pick<Ask, 'data' | 'symbols' | 'from' | 'to'>, how: AskHow): Promise<Asked>;
  breaker: Breaker;
  health: HealthRecord;
  /** Lets providers whose key was refused be tried again at once. Called at start: a restart may bring a new key. */
  forgiveKeys(): Promise<void>;
  /** Closes the connections to the providers. */
  close(): void;
}

export interface AskerOptions {
  /** The providers that are on. */
  providers: readonly ProviderSettings[];
  ledger: Ledger;
  redis: Redis;
  /** The prefix of all keys in Redis, such as `{freshet}:`. */
  prefix: string;
  logger: Pick<Logger, 'info' | 'warn' | 'debug'>;
  metrics?: Metrics;
  now?: () => Date;
  /** In ms; default 30 s. */
  callMs?: number;
  /** Waits between attempts of one call; default 300 ms, growing threefold. */
  retryMs?: number;
}

/** When to ask again while all places are taken: it isn't known when a call will end. */
const BUSY_MS = 20;

interface Lane {
  settings: ProviderSettings;
  places: Places;
  exchange: Exchange;
}

export function createAsker(options: AskerOptions): Asker {
  const { providers, ledger, redis, prefix, logger, metrics, now = () => new Date(), callMs = CALL_MS } = options;
  const sender = createSender(now);
  const sessions = createSessions({ redis, prefix });
  const breaker = createBreaker({ redis, prefix });
  const health = createHealthRecord({ redis, prefix });
  const meter = createMeter({
    providers: providers.map(({ account }) => account.provider),
    metrics,
    logger,
    health,
    breaker,
  });
  const lanes = new Map(
    providers.map((settings): [string, Lane] => {
      const places = createPlaces(settings.concurrency, settings.provider.minTimeMs ?? 0, callMs);
      const retryMs = options.retryMs ?? 300;
      const release = () => breaker.release(settings.account);
      const exchange = createExchange({
        ...{ settings, ledger, sender, sessions, places, meter, logger, now, callMs, retryMs, release },
      });
      return [settings.provider.name, { settings, places, exchange }];
    }),
  );

  /** Providers whose breaker was closed at their last call. */
  const wellLately = new Set<string>();

  function laneOf(name: string): Lane {
    const lane = lanes.get(name);
    if (!lane) throw new Error(`${name} is not on`);
    return lane;
  }

  async function take(name: string, ask: { cost: number; atLeast?: number; rank: number }): Promise<Grant | NotNow> {
    const { settings, places } = laneOf(name);
    if (places.free() === 0)
      return notNow('rate_limited', BUSY_MS, 'all concurrent calls that this process may make are in use');
    const taking = () => ledger.take({ ...ask, provider: name, timeoutMs: GRANT_MS });
    if (settings.provider.session) sessions.foresee(settings.account);
    // While the provider is well, grant and admission are requested together, which saves a round trip. Otherwise the
    // grant waits for the admission, so that none is taken in vain.
    const early = wellLately.has(name) ? taking() : null;
    early?.catch(() => {});
    const admission = await breaker.admit(settings.account);
    if (admission.admitted && !admission.probe) wellLately.add(name);
    else wellLately.delete(name);
    if (!admission.admitted) {
      const taken = await early;
      if (taken?.granted) await ledger.giveBack(taken);
      const off = (await breaker.state(settings.account)).is === 'off';
      return notNow(off ? 'bad_key' : 'unavailable', admission.retryInMs, admission.because);
    }
    let reply: Awaited<ReturnType<typeof taking>> | undefined;
    try {
      reply = await (early ?? taking());
      if (reply.granted) return admission.probe ? { ...reply, probe: true } : reply;
      return { ...reply, kind: reply.parkedFor ?? 'quota_spent' };
    } finally {
      if (admission.probe && !reply?.granted) await breaker.release(settings.account);
    }
  }

  async function giveBack(grant: Grant): Promise<void> {
    await ledger.giveBack(grant);
    // Only this grant's own probe: another call may be probing meanwhile.
    if (grant.probe) await breaker.release(laneOf(grant.provider).settings.account);
  }

  async function unserved(how: AskHow, detail: string): Promise<Asked> {
    await giveBack(how.grant);
    return { ...refusal('plan_forbids', detail), calls: 0, receivedAt: now() };
  }

  return {
    attend: (name, work) => laneOf(name).places.attend(work),
    take,
    giveBack,

    async ask(name, what, how) {
      const { settings, exchange } = laneOf(name);
      const endpoint = endpointOf(settings.provider, what.data);
      const twins = twinsOf(what.symbols, settings.provider);
      const symbols = [...twins.keys()];
      if (!endpoint) return unserved(how, `${settings.provider.title} doesn't serve ${what.data}`);
      // The request and the reading of its answer share one `now`, because both may be relative to it.
      const asking: Ask = { ...what, symbols, key: settings.key, baseUrl: settings.baseUrl, now: now() };
      const asked = await exchange(
        {
          cost: endpoint.cost(symbols.length),
          request: (session) => endpoint.request({ ...asking, session }),
          read: (answer) => endpoint.read(answer, asking),
        },
        how,
      );
      return toldOfTwins(ofSymbols(asked, what.symbols), twins);
    },

    breaker,
    health,
    async forgiveKeys() {
      for (const { account } of providers) {
        if ((await breaker.state(account)).is === 'off') await breaker.close(account);
      }
    },
    close: () => sender.close(),
  };
}

function notNow(kind: NotNow['kind'], retryInMs: number, because: string): NotNow {
  return { granted: false, kind, retryInMs, because, byShare: false };
}

/** The endpoint with its type widened: the kind of data is only known at run time. */
function endpointOf(provider: Provider, data: DataKind): Endpoint<DataKind> | undefined {
  return provider.serves[data] as Endpoint<DataKind> | undefined;
}
