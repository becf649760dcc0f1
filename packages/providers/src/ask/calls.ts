import type { Logger } from '@freshet/runtime';
import { redact } from '@freshet/runtime';
import type { HttpAnswer, HttpRequest, Learned, ProviderError, Reading } from '../provider.ts';
import type { Grant, Ledger } from '../quota/ledger.ts';
import { refusal } from '../reading.ts';
import { headerOf } from '../retry-after.ts';
import type { ProviderSettings } from '../settings.ts';
import { notAsked } from './ended.ts';
import { type AskHow, GRANT_MS } from './how.ts';
import type { Meter } from './meter.ts';
import { parkBy } from './parking.ts';
import { type Sender, TransportError } from './send.ts';
import { NotSent, type Turns } from './turns.ts';

/** What to make of an answer. `skip`: it says nothing of the provider's health. */
export type Read = (answer: HttpAnswer) => { reading: Reading; skip?: boolean };

/** Where a request goes; `baseUrl` where it isn't the provider's own. */
export type Sendable = HttpRequest & { baseUrl?: string };

/** The calls that are made for one question. */
export interface Calls {
  /** A grant for the question itself: at first the one that the lane took, cut to size. Null when it is refused. */
  grant(cost: number): Promise<Grant | null>;
  /** A grant of its own for a call on the way (a handshake), waited for a little. @throws Ended when refused for longer */
  ownGrant(): Promise<Grant>;
  /** Sends one request, settles its grant and notes what came. @throws Ended when it was not sent */
  make(grant: Grant, request: Sendable, read: Read): Promise<Reading>;
  /** Gives back a grant that was never used. */
  end(): Promise<void>;
  /** So many went out. */
  readonly made: number;
  readonly receivedAt: Date | null;
}

export interface CallsOptions {
  settings: ProviderSettings;
  ledger: Ledger;
  sender: Sender;
  turns: Turns;
  meter: Meter;
  logger: Pick<Logger, 'warn'>;
}

/** A handshake waits at most so long for its grants: it stands before everything else. */
const PATIENCE_MS = 5000;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export function createCalls({ settings, ledger, sender, turns, meter, logger }: CallsOptions, how: AskHow): Calls {
  const { account, baseUrl, overridden, key } = settings;
  const secrets = key ? [key] : [];
  let unused: Grant | null = how.grant;
  let made = 0;
  let receivedAt: Date | null = null;

  const take = (cost: number) => ledger.take({ provider: account.provider, cost, rank: how.rank, timeoutMs: GRANT_MS });

  async function grant(cost: number): Promise<Grant | null> {
    const first = unused;
    unused = null;
    if (first && cost <= first.cost) {
      if (cost < first.cost) await ledger.giveBack(first, cost);
      return { ...first, cost };
    }
    if (first) await ledger.giveBack(first);
    const reply = await take(cost);
    return reply.granted ? reply : null;
  }

  async function ownGrant(): Promise<Grant> {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      const reply = await take(1);
      if (reply.granted) return reply;
      if (performance.now() + reply.retryInMs > until) throw notAsked(reply.because, reply.retryInMs);
      await new Promise((resolve) => setTimeout(resolve, reply.retryInMs));
    }
  }

  async function make(using: Grant, request: Sendable, read: Read, redirects = 0): Promise<Reading> {
    const { baseUrl: own, ...plain } = request;
    // With another address configured, everything goes there: it stands for all hosts of the provider.
    const base = overridden ? baseUrl : (own ?? baseUrl);
    const begun = performance.now();
    let answer: HttpAnswer;
    try {
      answer = await turns.run(
        (timeoutMs) => {
          made++;
          return sender.send(base, plain, { timeoutMs, signal: how.signal });
        },
        { endsBy: using.endsBy, signal: how.signal },
      );
    } catch (error) {
      if (error instanceof NotSent) {
        await quietly(ledger.giveBack(using));
        throw notAsked(error.message, 1000);
      }
      return failed(error, using, performance.now() - begun);
    }
    receivedAt = answer.receivedAt;
    const latencyMs = performance.now() - begun;
    if (REDIRECTS.has(answer.status)) {
      const next = redirectOf(answer);
      const again = next && redirects === 0 ? await take(using.cost) : null;
      if (next && again?.granted) {
        await quietly(ledger.settle(using));
        return make(again, { ...plain, ...next }, read, 1);
      }
    }
    const { reading, skip } = understood(answer, read);
    await Promise.all([
      settled(using, reading.learned),
      quietly(parkBy(reading, account.provider, ledger)),
      skip ? undefined : meter.note(account, { error: wholeError(reading), latencyMs, cost: using.cost }),
    ]);
    return reading;
  }

  /** No answer came. The call may have arrived all the same, so it occupies its windows from here. */
  async function failed(error: unknown, using: Grant, latencyMs: number): Promise<Reading> {
    await settled(using);
    const reading = refusal('unavailable', error instanceof TransportError ? error.message : 'the call hung');
    const givenUp = error instanceof TransportError && error.code === 'ABORTED';
    if (!givenUp) await meter.note(account, { error: wholeError(reading), latencyMs, cost: using.cost });
    return reading;
  }

  /** An adapter that throws has met an answer that it doesn't know. */
  function understood(answer: HttpAnswer, read: Read): ReturnType<Read> {
    if (REDIRECTS.has(answer.status)) {
      const where = headerOf(answer, 'location') ?? 'nowhere';
      const host = URL.parse(where, answer.url)?.host ?? 'nowhere';
      return { reading: refusal('malformed', `redirected to ${host}, which is not followed`) };
    }
    try {
      const { reading, skip } = read(answer);
      return { skip, reading: { ...reading, errors: reading.errors.map(cleaned) } };
    } catch (error) {
      logger.warn({ provider: account.provider, err: error }, 'an adapter threw');
      return { reading: refusal('malformed', `an answer of ${settings.provider.title} could not be understood`) };
    }
  }

  function cleaned(error: ProviderError): ProviderError {
    return { ...error, detail: redact(error.detail, secrets).slice(0, 500) };
  }

  function settled(using: Grant, learned?: Learned[]): Promise<void> {
    return quietly(ledger.settle(using, learned));
  }

  /** While Redis is away the grant times out by itself, and the answer is worth having all the same. */
  function quietly(work: Promise<void>): Promise<void> {
    return work.catch((error: unknown) => {
      logger.warn({ provider: account.provider, err: error }, 'the ledger could not be told');
    });
  }

  return {
    grant,
    ownGrant,
    make,
    async end() {
      if (unused) await quietly(ledger.giveBack(unused));
      unused = null;
    },
    get made() {
      return made;
    },
    get receivedAt() {
      return receivedAt;
    },
  };
}

/** Only within the same origin, and only once: another call, with a grant of its own. */
function redirectOf(answer: HttpAnswer): { baseUrl: string; path: string } | null {
  const target = URL.parse(headerOf(answer, 'location') ?? '', answer.url);
  if (!target || target.origin !== new URL(answer.url).origin) return null;
  return { baseUrl: target.origin, path: target.pathname + target.search };
}

function wholeError({ errors }: Reading): ProviderError | null {
  return errors.find(({ symbol }) => symbol === null) ?? null;
}
