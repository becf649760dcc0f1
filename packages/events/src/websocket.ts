import { randomUUID } from 'node:crypto';
import { EVENT_TYPES, MarketSymbolText } from '@freshet/contracts';
import { z } from 'zod';
import { FULL_BYTES } from './fan-out.ts';
import type { Filter } from './filter.ts';
import { createPatience, type Talker } from './patience.ts';
import type { EventSubscriber } from './subscriber.ts';
import type { Subscription } from './subscription.ts';

/** The part of a WebSocket that is used here; those of `ws` have it. */
export interface Socket extends Talker {
  send(text: string): void;
  ping(data: string): void;
  close(code: number, reason: string): void;
  on(event: 'message', listen: (data: unknown, isBinary: boolean) => void): unknown;
  on(event: 'pong', listen: (data: unknown) => void): unknown;
  on(event: 'close', listen: () => void): unknown;
  on(event: 'error', listen: (error: Error) => void): unknown;
}

export interface WebSocketOptions {
  subscriber: EventSubscriber;
  viewer: Filter['viewer'];
  /** Resumes behind this number, from `?last_event_id`. */
  after?: number;
  maxSymbols?: number;
  /** The rate at which a client may send. Up to twice as many may come at once; more end the connection. */
  messagesPerSecond?: number;
  lifeMs?: number;
  pingMs?: number;
  /** How long a client may send without taking anything of the answers, before it is cut off. */
  stuckMs?: number;
}

/** Why the server ends a stream: its key or session is over, or this process stops and the client is to reconnect to another. */
export type Farewell = 'signed out' | 'going away';

/** Close codes: most clients reconnect after 1001 and don't after 1008. */
const FAREWELLS: Record<Farewell, [code: number, reason: string]> = {
  'signed out': [1008, 'signed out'],
  'going away': [1001, 'come again'],
};

const MESSAGE_BYTES = 16 * 1024;

const symbols = z.array(z.union([z.literal('*'), MarketSymbolText])).min(1);
const message = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('subscribe'), symbols, types: z.array(z.enum(EVENT_TYPES)).min(1).optional() }),
  z.strictObject({ action: z.literal('unsubscribe'), symbols }),
  z.strictObject({ action: z.literal('ping') }),
]);

/**
 * Speaks `/ws/prices` over an accepted socket. Events flow once something is subscribed: those of the subscribed symbols (`*`: all), and
 * those that concern no symbol. Answers are `{"type":"subscribed","symbols":[…]}`, `{"type":"pong"}` and `{"type":"error","code","detail"}`.
 */
export function serveWebSocket(
  socket: Socket,
  options: WebSocketOptions,
): { close(because: Farewell): void; closed: Promise<void> } {
  const { subscriber, viewer, after, maxSymbols = 500, messagesPerSecond = 10 } = options;
  const { lifeMs = 30 * 60_000, pingMs = 30_000, stuckMs } = options;
  const wanted = new Set<string>();
  let types: Filter['types'];
  let subscription: Subscription | null = null;
  /** The payload of the last ping, until it is answered. */
  let pinged: string | null = null;
  let ended = false;
  let resolveClosed = () => {};
  const closed = new Promise<void>((resolve) => {
    resolveClosed = resolve;
  });

  const answer = (body: object) => void socket.send(JSON.stringify(body));
  const refuse = (code: string, detail: string) => answer({ type: 'error', code, detail });

  function follow(): void {
    const filter: Filter = { types, symbols: wanted.has('*') ? undefined : [...wanted], viewer };
    if (subscription) return subscription.change(filter);
    subscription = subscriber.subscribe(
      filter,
      {
        deliver(chunk) {
          if (!ended) for (const text of chunk.messages()) socket.send(text);
        },
        backlog: () => socket.bufferedAmount,
        giveUp: () => socket.terminate(),
      },
      after,
    );
  }

  function act(text: string): void {
    const json = asJson(text);
    const read = message.safeParse(json);
    if (!read.success) return refuse('invalid_message', noSymbolIn(json, read.error) ?? EXPECTED);
    const asked = read.data;
    if (asked.action === 'ping') return answer({ type: 'pong' });
    if (asked.action === 'subscribe') {
      if (new Set([...wanted, ...asked.symbols]).size > maxSymbols) {
        return refuse('too_many_symbols', `at most ${maxSymbols} symbols on one connection`);
      }
      for (const symbol of asked.symbols) wanted.add(symbol);
      if (asked.types) types = asked.types;
    } else {
      for (const symbol of asked.symbols) wanted.delete(symbol);
    }
    follow();
    answer({ type: 'subscribed', symbols: [...wanted].sort() });
  }

  const patience = createPatience(socket, stuckMs);
  const allows = createAllowance(messagesPerSecond);
  socket.on('message', (data, isBinary) => {
    if (ended) return;
    if (!allows()) return leave(1008, 'too many messages');
    const text = isBinary ? null : textOf(data);
    if (text === null) return leave(1003, 'only text');
    if (text.length > MESSAGE_BYTES) return leave(1009, 'message too long');
    act(text);
    patience.answered();
  });

  const pinging = setInterval(() => {
    if (pinged !== null) {
      // While reading is paused, the pong can't be received. `patience` then decides whether the client is gone.
      if (patience.heardFor(pingMs)) socket.terminate();
      return;
    }
    // A full buffer would hold the ping back. The fan-out and `patience` watch over clients with a full buffer.
    if (socket.bufferedAmount > FULL_BYTES) return;
    pinged = randomUUID();
    socket.ping(pinged);
  }, pingMs);
  const life = setTimeout(() => leave(...FAREWELLS['going away']), lifeMs * (0.9 + 0.2 * Math.random()));

  function end(): void {
    if (ended) return;
    ended = true;
    clearInterval(pinging);
    clearTimeout(life);
    patience.stop();
    subscription?.close();
  }
  /** Starts the closing handshake. The connection counts as open, with its buffer, until the client has gone, at most 30 s. */
  function leave(code: number, reason: string): void {
    end();
    socket.close(code, reason);
  }
  function gone(): void {
    end();
    resolveClosed();
  }
  // Only the payload of the last ping proves that the client is reading; others may be unsolicited.
  socket.on('pong', (data) => {
    if (String(data) === pinged) pinged = null;
  });
  socket.on('close', gone);
  socket.on('error', gone);
  return { close: (because) => leave(...FAREWELLS[because]), closed };
}

const EXPECTED = 'expected {"action":"subscribe"|"unsubscribe","symbols":[…]} or {"action":"ping"}';

/** If a symbol of the message is invalid, says which and why. */
function noSymbolIn(json: unknown, { issues }: z.ZodError): string | null {
  const [field, index] = issues[0]?.path ?? [];
  if (field !== 'symbols' || typeof index !== 'number') return null;
  const { error } = MarketSymbolText.safeParse((json as { symbols: unknown[] }).symbols[index]);
  return error?.issues.at(-1)?.message ?? null;
}

/** A token bucket: twice the rate at once, the rate in the long run. */
function createAllowance(perSecond: number): () => boolean {
  let left = 2 * perSecond;
  let at = performance.now();
  return () => {
    const now = performance.now();
    left = Math.min(2 * perSecond, left + ((now - at) / 1_000) * perSecond);
    at = now;
    left -= 1;
    return left >= 0;
  };
}

/** `ws` delivers a Buffer, an ArrayBuffer or an array of Buffers. */
function textOf(data: unknown): string | null {
  if (typeof data === 'string') return data;
  if (Buffer.isBuffer(data)) return data.toString();
  if (data instanceof ArrayBuffer) return Buffer.from(data).toString();
  return Array.isArray(data) ? Buffer.concat(data as Buffer[]).toString() : null;
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
