import pRetry from 'p-retry';
import type { HttpAnswer, HttpRequest, ProviderError, Reading } from '../provider.ts';
import { isScarce } from '../quota/window.ts';
import { reading as readingOf, refusal } from '../wire/reading.ts';
import { type Calls, type CallsOptions, createCalls } from './calls.ts';
import { Ended, notAsked } from './ended.ts';
import { createGrants, type Grants } from './grants.ts';
import { type Asked, type AskHow, isBrief } from './how.ts';
import type { Sessions, SessionValues } from './sessions.ts';

/** One question to a provider. */
export interface Question {
  cost: number;
  request(session: SessionValues | undefined): HttpRequest;
  read(answer: HttpAnswer): Reading;
}

export type Exchange = (question: Question, how: AskHow) => Promise<Asked>;

export interface ExchangeOptions extends CallsOptions {
  sessions: Sessions;
  now: () => Date;
  /** For one call. */
  callMs: number;
  retryMs: number;
  /** Frees the breaker for another probe, when this one brought no telling answer. */
  release(): Promise<void>;
}

/** Thrown for a failure that another attempt may overcome. */
class Passing extends Error {
  readonly reading: Reading;

  constructor(reading: Reading) {
    super(reading.errors[0]?.detail ?? 'unavailable');
    this.name = 'Passing';
    this.reading = reading;
  }
}

/**
 * Two more attempts, none of which begins after a third of a call's time. A provider silent for that long mostly stays
 * silent, and the next provider may answer meanwhile.
 */
const RETRIES = 2;
const RETRIED_WITHIN = 1 / 3;

/**
 * Asks one question of one provider. A session is made first where the provider needs one. Then come up to three
 * attempts with back-off and jitter, as long as the failure may pass. Where calls are scarce there is one attempt only,
 * and the question goes on to the next provider. The first call uses the lane's grant. Every other call (a further
 * attempt, a step of a handshake, a redirect) takes its own grant, and isn't made when that is refused.
 */
export function createExchange(options: ExchangeOptions): Exchange {
  return async (question, how) => {
    const grants = createGrants(options.ledger, options.settings.account.provider, how, options.logger);
    const calls = createCalls(options, grants, how);
    const reading = await answerTo(question, how, { ...options, grants, calls }).finally(async () => {
      await grants.end();
      // Ignored: while Redis is away, the probe is freed by its time-out.
      if (how.grant.probe && !calls.told) await options.release().catch(() => {});
    });
    return { ...reading, calls: calls.made, receivedAt: calls.receivedAt ?? options.now() };
  };
}

async function answerTo(
  question: Question,
  how: AskHow,
  options: ExchangeOptions & { grants: Grants; calls: Calls },
): Promise<Reading> {
  const { settings, sessions, callMs, retryMs, grants, calls } = options;
  const { session } = settings.provider;
  let stale: SessionValues | undefined;
  let last: Reading | undefined;

  async function attempt(): Promise<Reading> {
    const values =
      session &&
      (await sessions.get(settings.account, session.maxAgeMs, { handshake: shakeHands, waits: grants.lend, stale }));
    if (values === null) throw notAsked('another worker is still shaking hands', 1000);
    const grant = await grants.forQuestion(question.cost);
    if (!grant) throw last ? new Ended(last) : notAsked('no quota was left for the call', 1000);
    let expired = false;
    const reading = await calls.make(grant, question.request(values), (answer) => {
      expired = stale === undefined && session?.expired(answer) === true;
      return { reading: question.read(answer), skip: expired };
    });
    last = reading;
    // Renewed only once: a new session that is refused won't be accepted at the third attempt either.
    if (expired) {
      stale = values;
      return attempt();
    }
    if (mayPass(reading)) throw new Passing(reading);
    return reading;
  }

  async function shakeHands(): Promise<SessionValues> {
    let values: SessionValues = {};
    for (const step of session?.steps ?? []) {
      let brought: SessionValues = {};
      const reading = await calls.make(await grants.forStep(), step.request(values), (answer) => {
        const said = step.read(answer);
        if (isError(said)) return { reading: readingOf({ errors: [said] }) };
        brought = said;
        return { reading: readingOf({}), isStep: true };
      });
      if (reading.errors.length > 0) throw mayPass(reading) ? new Passing(reading) : new Ended(reading);
      values = { ...values, ...brought };
    }
    return values;
  }

  try {
    return await pRetry(attempt, {
      retries: isBrief(how) || isScarce(settings.limits) ? 0 : RETRIES,
      minTimeout: retryMs,
      factor: 3,
      randomize: true,
      maxRetryTime: callMs * RETRIED_WITHIN,
      signal: how.signal,
      shouldRetry: ({ error }) => error instanceof Passing,
    });
  } catch (error) {
    if (error instanceof Passing || error instanceof Ended) return error.reading;
    if (last) return last;
    if (how.signal?.aborted) return notAsked('nobody waits for it any more', 1000).reading;
    if (error instanceof TypeError || error instanceof RangeError) {
      options.logger.warn({ provider: settings.account.provider, err: error }, 'a request could not be built');
      return refusal('malformed', 'the request could not be built');
    }
    throw error;
  }
}

function isError(said: SessionValues | ProviderError): said is ProviderError {
  return 'kind' in said && 'detail' in said && 'retryAfterMs' in said;
}

/** The whole call failed in a way that may soon pass. Where the provider says when, it is parked instead of retried. */
function mayPass({ errors }: Reading): boolean {
  return errors.some(
    ({ symbol, kind, retryAfterMs }) => symbol === null && kind === 'unavailable' && retryAfterMs === null,
  );
}
