import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import got, { type Response } from 'got';
import type { HttpAnswer, HttpRequest } from '../provider.ts';

/**
 * No answer came: the connection failed, the call timed out, or the answer was too large. The message holds no secret.
 */
export class TransportError extends Error {
  /** `ECONNREFUSED`, `ETIMEDOUT`, `TOO_LARGE`… */
  readonly code: string;

  constructor(code: string, host: string) {
    super(MEANINGS[code] ? `${host}: ${MEANINGS[code]}` : `${host} could not be reached (${code})`);
    this.name = 'TransportError';
    this.code = code;
  }
}

const MEANINGS: Record<string, string | undefined> = {
  ETIMEDOUT: 'no answer in time',
  TOO_LARGE: 'the answer is too large',
  ABORTED: 'given up before the answer came',
};

/** 5 MB after decompression; the whole market's bars of a day take 1.5 MB. */
const MAX_BYTES = 5_000_000;
const CONNECT_MS = 10_000;

export interface SendOptions {
  /** For the whole exchange, body included. */
  timeoutMs: number;
  signal?: AbortSignal;
  maxBytes?: number;
}

export interface Sender {
  /** @throws TransportError when no whole answer came; any HTTP status is an answer */
  send(baseUrl: string, request: HttpRequest, options: SendOptions): Promise<HttpAnswer>;
  /** Closes kept-alive connections. */
  close(): void;
}

/**
 * The only code that sends requests to providers: one request, one answer. It follows no redirects and doesn't retry,
 * because every request needs a grant of the ledger first.
 */
export function createSender(now: () => Date = () => new Date()): Sender {
  const keptOpen = { keepAlive: true, keepAliveMsecs: 15_000, maxFreeSockets: 32 };
  const agent = { http: new HttpAgent(keptOpen), https: new HttpsAgent(keptOpen) };
  // The options that all calls share are parsed once; parsing them per call takes 0.04 to 0.1 ms.
  const asker = got.extend({
    agent,
    headers: { 'user-agent': 'freshet', accept: 'application/json' },
    followRedirect: false,
    throwHttpErrors: false,
    retry: { limit: 0 },
  });

  async function send(baseUrl: string, request: HttpRequest, options: SendOptions): Promise<HttpAnswer> {
    const url = new URL(baseUrl + request.path);
    if (url.origin !== new URL(baseUrl).origin) throw new TransportError('EINVAL', url.host);
    const stream = asker.stream(url, {
      method: request.method,
      ...(request.headers && { headers: request.headers }),
      ...(request.body === undefined ? {} : { body: request.body }),
      timeout: { request: options.timeoutMs, connect: Math.min(CONNECT_MS, options.timeoutMs) },
      ...(options.signal ? { signal: options.signal } : {}),
    });
    let response: Response | undefined;
    stream.once('response', (came: Response) => {
      response = came;
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > (options.maxBytes ?? MAX_BYTES)) throw new TransportError('TOO_LARGE', url.host);
        chunks.push(chunk);
      }
    } catch (error) {
      stream.destroy();
      throw transportError(error, url.host, options.signal);
    }
    if (!response) throw new TransportError('EMPTY', url.host);
    return {
      status: response.statusCode,
      headers: response.headers,
      body: Buffer.concat(chunks).toString('utf8'),
      url: url.href,
      receivedAt: now(),
    };
  }

  return {
    send,
    close() {
      agent.http.destroy();
      agent.https.destroy();
    },
  };
}

/** Keeps only the error's code: the libraries' messages contain whole URLs, keys included. */
function transportError(error: unknown, host: string, signal: AbortSignal | undefined): TransportError {
  if (error instanceof TransportError) return error;
  if (signal?.aborted) return new TransportError('ABORTED', host);
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN';
  return new TransportError(code, host);
}
