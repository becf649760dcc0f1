import { type Logger, redact } from '@freshet/runtime';
import type { HttpAnswer, HttpRequest, ProviderError, Reading } from '../provider.ts';
import type { Grant, Ledger } from '../quota/ledger.ts';
import { refusal } from '../wire/reading.ts';
import type { ProviderSettings } from '../settings.ts';
import { sound } from '../wire/sound-reading.ts';
import { notAsked } from './ended.ts';
import type { Grants } from './grants.ts';
import { type AskHow, isBrief, PROBE_CALL_MS } from './how.ts';
import type { Meter } from './meter.ts';
import { parkBy } from './parking.ts';
import { redirectOf } from './redirect.ts';
import { type Sender, TransportError } from './send.ts';
import { traced } from './traced.ts';
import { NotSent, type Places } from './places.ts';

/**
 * How an answer was read. `skip`: it doesn't count for the provider's health. `isStep`: a handshake's step, which
 * counts only when it failed.
 */
export type Read = (answer: HttpAnswer) => { reading: Reading; skip?: boolean; isStep?: boolean };

/** A request and, where it isn't the provider's own, the base URL. */
export type Sendable = HttpRequest & { baseUrl?: string };

/** The HTTP calls made for one question. */
export interface Calls {
  /** Sends one request, settles its grant and records the outcome. @throws Ended when it was not sent */
  make(grant: Grant, request: Sendable, read: Read): Promise<Reading>;
  /** The number of calls sent so far. */
  readonly made: number;
  /** An outcome was recorded that counts for the provider's health: a probe has served its purpose. */
  readonly told: boolean;
  readonly receivedAt: Date | null;
}

export interface CallsOptions {
  settings: ProviderSettings;
  ledger: Ledger;
  sender: Sender;
  places: Places;
  meter: Meter;
  logger: Pick<Logger, 'info' | 'warn'>;
}

export function createCalls(options: CallsOptions, grants: Grants, how: AskHow): Calls {
  const { settings, ledger, sender, places, meter, logger } = options;
  const { account, baseUrl, overridden, key } = settings;
  const secrets = key ? [key] : [];
  let made = 0;
  let hasTold = false;
  let receivedAt: Date | null = null;

  async function make(grant: Grant, request: Sendable, read: Read, redirects = 0): Promise<Reading> {
    const begun = performance.now();
    let answer: HttpAnswer;
    try {
      answer = await send(grant, request);
    } catch (error) {
      if (error instanceof NotSent) {
        await grants.giveBack(grant);
        throw notAsked(error.message, 1000);
      }
      return unanswered(error, grant, performance.now() - begun);
    }
    receivedAt = answer.receivedAt;
    const latencyMs = performance.now() - begun;

    const redirect = redirectOf(answer);
    const again = redirect?.follow && redirects === 0 ? await grants.another(grant.cost) : null;
    if (redirect?.follow && again) {
      await grants.settle(grant);
      return make(again, { ...request, ...redirect.follow }, read, 1);
    }
    // A redirect is read as well: it may mean that the session has expired.
    const { reading: own, skip, isStep } = understood(asOwn(answer, request), read);
    const reading = redirect ? elsewhere(redirect.host) : own;
    const error = wholeError(reading);
    // The ledger learns the provider's counters before the next grant is requested.
    const told = Promise.all([grants.settle(grant, reading.learned), park(reading)]);
    const met = key ? error : withoutKey(error);
    if (!skip && (error || !isStep)) hasTold = true;
    const note = () => (skip ? undefined : meter.note(account, { error: met, latencyMs, cost: grant.cost, isStep }));
    // After a refusal, wait until park and breaker are stored, so that the next call meets them. A good answer isn't
    // delayed.
    if (error) await Promise.all([told, note()]);
    else setImmediate(note);
    return reading;
  }

  function send(grant: Grant, { baseUrl: own, ...request }: Sendable): Promise<HttpAnswer> {
    // A configured base URL replaces all hosts of the provider.
    const base = overridden && !own?.startsWith(new URL(baseUrl).origin) ? baseUrl : (own ?? baseUrl);
    const { signal } = how;
    return places.run(
      (leftMs) => {
        made++;
        const timeoutMs = isBrief(how) ? Math.min(leftMs, PROBE_CALL_MS) : leftMs;
        return traced(account.provider, base, request, () => sender.send(base, request, { timeoutMs, signal }));
      },
      { endsBy: grant.endsBy, signal },
    );
  }

  /** Adapters recognise endpoints by URL, so the URL of a proxy or the simulator is replaced by the provider's own. */
  function asOwn(answer: HttpAnswer, request: Sendable): HttpAnswer {
    if (!overridden) return answer;
    return { ...answer, url: (request.baseUrl ?? settings.provider.baseUrl) + request.path };
  }

  /** No answer came. The provider may have counted the call all the same, so it occupies its windows from now on. */
  async function unanswered(error: unknown, grant: Grant, latencyMs: number): Promise<Reading> {
    await grants.settle(grant);
    const reading = refusal('unavailable', error instanceof TransportError ? error.message : 'the call hung');
    const givenUp = error instanceof TransportError && error.code === 'ABORTED';
    if (givenUp) return reading;
    hasTold = true;
    await meter.note(account, { error: wholeError(reading), latencyMs, cost: grant.cost });
    return reading;
  }

  /** Reads the answer. An adapter that throws has met an unknown format: `malformed`. */
  function understood(answer: HttpAnswer, read: Read): ReturnType<Read> {
    try {
      const { reading, ...more } = read(answer);
      return { ...more, reading: sound({ ...reading, errors: reading.errors.map(cleaned) }) };
    } catch (error) {
      logger.warn({ provider: account.provider, err: error }, 'an adapter threw');
      return { reading: refusal('malformed', `an answer of ${settings.provider.title} could not be understood`) };
    }
  }

  function cleaned(error: ProviderError): ProviderError {
    return { ...error, detail: redact(error.detail, secrets).slice(0, 500) };
  }

  async function park(reading: Reading): Promise<void> {
    try {
      const parked = await parkBy(reading, settings.provider, ledger);
      if (!parked) return;
      const until = new Date(Date.now() + parked.forMs).toISOString();
      logger.info({ provider: account.provider, until, why: parked.why }, 'the provider wants no calls for a while');
    } catch (error) {
      logger.warn({ provider: account.provider, err: error }, 'the provider could not be parked');
    }
  }

  return {
    make,
    get made() {
      return made;
    },
    get told() {
      return hasTold;
    },
    get receivedAt() {
      return receivedAt;
    },
  };
}

function elsewhere(host: string): Reading {
  return refusal('malformed', `redirected to ${host}, which is not followed`);
}

/**
 * Without a configured key, `bad_key` becomes ordinary trouble: no operator can correct a key, so it is soon retried.
 */
const withoutKey = (error: ProviderError | null): ProviderError | null =>
  error?.kind === 'bad_key' ? { ...error, kind: 'unavailable' } : error;

function wholeError({ errors }: Reading): ProviderError | null {
  return errors.find(({ symbol }) => symbol === null) ?? null;
}
