import { type Logger, redact } from '@freshet/runtime';
import type { HttpAnswer, HttpRequest, ProviderError, Reading } from '../provider.ts';
import type { Grant, Ledger } from '../quota/ledger.ts';
import { refusal } from '../reading.ts';
import type { ProviderSettings } from '../settings.ts';
import { sound } from '../sound-reading.ts';
import { notAsked } from './ended.ts';
import type { Grants } from './grants.ts';
import { type AskHow, isBrief, PROBE_CALL_MS } from './how.ts';
import type { Meter } from './meter.ts';
import { parkBy } from './parking.ts';
import { redirectOf } from './redirect.ts';
import { type Sender, TransportError } from './send.ts';
import { traced } from './traced.ts';
import { NotSent, type Places } from './places.ts';

/** What to make of an answer. `skip`: it says nothing of the provider's health. `isStep`: nor does it when it is good. */
export type Read = (answer: HttpAnswer) => { reading: Reading; skip?: boolean; isStep?: boolean };

/** Where a request goes; `baseUrl` where it isn't the provider's own. */
export type Sendable = HttpRequest & { baseUrl?: string };

/** The calls that are made for one question. */
export interface Calls {
  /** Sends one request, settles its grant and notes what came. @throws Ended when it was not sent */
  make(grant: Grant, request: Sendable, read: Read): Promise<Reading>;
  /** So many went out. */
  readonly made: number;
  /** What an answer, or its absence, says of the provider was noted: a probe has told what it was sent for. */
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
    // Whoever is sent elsewhere may be told by that, too: that its session is over.
    const { reading: own, skip, isStep } = understood(asOwn(answer, request), read);
    const reading = redirect ? elsewhere(redirect.host) : own;
    const error = wholeError(reading);
    // The ledger is told before anything else is asked of it: what the provider said of its counters holds for the next call.
    const told = Promise.all([grants.settle(grant, reading.learned), park(reading)]);
    const met = key ? error : withoutKey(error);
    if (!skip && (error || !isStep)) hasTold = true;
    const note = () => (skip ? undefined : meter.note(account, { error: met, latencyMs, cost: grant.cost, isStep }));
    // Whoever asks next must meet the park and the breaker of a refusal; what came of a good answer is on its way first.
    if (error) await Promise.all([told, note()]);
    else setImmediate(note);
    return reading;
  }

  function send(grant: Grant, { baseUrl: own, ...request }: Sendable): Promise<HttpAnswer> {
    // With another address configured, everything goes there: it stands for all hosts of the provider.
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

  /** Adapters tell endpoints by their addresses, so a proxy or the simulator must not be seen in them. */
  function asOwn(answer: HttpAnswer, request: Sendable): HttpAnswer {
    if (!overridden) return answer;
    return { ...answer, url: (request.baseUrl ?? settings.provider.baseUrl) + request.path };
  }

  /** No answer came. The call may have arrived all the same, so it occupies its windows from here. */
  async function unanswered(error: unknown, grant: Grant, latencyMs: number): Promise<Reading> {
    await grants.settle(grant);
    const reading = refusal('unavailable', error instanceof TransportError ? error.message : 'the call hung');
    const givenUp = error instanceof TransportError && error.code === 'ABORTED';
    if (givenUp) return reading;
    hasTold = true;
    await meter.note(account, { error: wholeError(reading), latencyMs, cost: grant.cost });
    return reading;
  }

  /** An adapter that throws has met an answer that it doesn't know. */
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

/** Nobody can mend a key that there isn't: what is refused without one is a trouble like others, and is tried again before long. */
const withoutKey = (error: ProviderError | null): ProviderError | null =>
  error?.kind === 'bad_key' ? { ...error, kind: 'unavailable' } : error;

function wholeError({ errors }: Reading): ProviderError | null {
  return errors.find(({ symbol }) => symbol === null) ?? null;
}
