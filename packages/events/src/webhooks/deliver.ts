import type { Agent, Dispatcher } from 'undici';
import { type AddressRules, refuseUrl } from './address.ts';
import { AddressRefused, deliveryAgent, type Resolve } from './agent.ts';
import { signWebhook } from './sign.ts';

/** The outcome of one attempt. `responseBody` is the beginning of the answer, for the delivery log. */
export type DeliveryResult =
  | { kind: 'delivered'; status: number; ms: number; responseBody: string }
  /** To be retried; `retryAfterMs` is set when the receiver said when. */
  | {
      kind: 'retry';
      because: string;
      status: number | null;
      ms: number;
      retryAfterMs: number | null;
      responseBody: string;
    }
  /** The receiver answered 410 Gone: its endpoint is to be disabled. */
  | { kind: 'gone'; status: 410; ms: number; responseBody: string }
  /** The URL may not be called; a retry can't help. */
  | { kind: 'refused'; because: string; status: null; ms: number; responseBody: '' };

export interface Delivery {
  url: string;
  /** The same for every attempt. */
  id: string;
  /** JSON text, sent as it is signed. */
  body: string;
  secrets: readonly string[];
}

export interface Deliverer {
  /** Never rejects. When `stop` aborts, the attempt is broken off and is to be retried because of the reason that the signal gives. */
  deliver(delivery: Delivery, stop?: AbortSignal): Promise<DeliveryResult>;
  close(): Promise<void>;
}

/** An error of the network; most have a code. */
type Trouble = Error & { code?: string };

const KEPT_BYTES = 1_024;

/**
 * Sends webhooks to URLs that strangers registered. Limits hold for a receiver's address, the time it takes and the size of its answer;
 * redirects are not followed.
 */
export function createDeliverer(rules: AddressRules & { timeoutMs?: number; resolve?: Resolve } = {}): Deliverer {
  const { timeoutMs = 15_000, resolve } = rules;
  let agent: Promise<Agent> | undefined;

  async function deliver({ url, id, body, secrets }: Delivery, stop?: AbortSignal): Promise<DeliveryResult> {
    const startedAt = performance.now();
    const ms = () => Math.round(performance.now() - startedAt);
    const because = refuseUrl(url, rules);
    if (because) return { kind: 'refused', because, status: null, ms: 0, responseBody: '' };
    const { request } = await import('undici');
    agent ??= deliveryAgent(rules, resolve);
    const dispatcher = await agent;
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = stop ? AbortSignal.any([stop, timeout]) : timeout;
    try {
      const response = await request(url, {
        dispatcher,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Freshet-Webhooks/1',
          ...signWebhook({ id, at: new Date(), body, secrets }),
        },
        body,
        signal,
      });
      const responseBody = await beginningOf(response.body);
      return judge(response, ms(), responseBody);
    } catch (error) {
      const { name, cause, message, code } = error as Trouble;
      if (name === AddressRefused.name || (cause as Trouble | undefined)?.name === AddressRefused.name) {
        return { kind: 'refused', because: message, status: null, ms: ms(), responseBody: '' };
      }
      // The code where there is one (ECONNREFUSED, UND_ERR_HEADERS_TIMEOUT): it says more than the message and reveals nothing private.
      const why = name === 'TimeoutError' ? 'no answer in time' : (code ?? message);
      return { kind: 'retry', because: why, status: null, ms: ms(), retryAfterMs: null, responseBody: '' };
    }
  }

  return { deliver, close: async () => (await agent)?.destroy() };
}

function judge(response: Dispatcher.ResponseData, ms: number, responseBody: string): DeliveryResult {
  const status = response.statusCode;
  if (status >= 200 && status < 300) return { kind: 'delivered', status, ms, responseBody };
  if (status === 410) return { kind: 'gone', status, ms, responseBody };
  const because = status < 400 ? 'redirects are not followed' : `answered ${status}`;
  return {
    kind: 'retry',
    because,
    status,
    ms,
    retryAfterMs: retryAfterMs(response.headers['retry-after']),
    responseBody,
  };
}

/** Only the status decides, so a body that is endless, huge or breaks off changes nothing. */
async function beginningOf(body: Dispatcher.ResponseData['body']): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of body as AsyncIterable<Buffer>) {
      pieces.push(piece);
      length += piece.length;
      if (length >= KEPT_BYTES) break;
    }
  } catch {
    // The part that came before the error is kept.
  }
  return Buffer.concat(pieces).subarray(0, KEPT_BYTES).toString();
}

/** Reads `Retry-After`, in seconds or as a date, as ms from now. */
function retryAfterMs(header: string | string[] | undefined): number | null {
  if (typeof header !== 'string') return null;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}
