import type { Entry } from './recent.ts';

/** The receiving end of a subscription: one client's connection. */
export interface Sink {
  deliver(chunk: Chunk): void;
  /** Bytes that were delivered and that the network hasn't taken yet. */
  backlog(): number;
  /** Ends the connection of a client that can't be served. */
  giveUp(because: string): void;
}

/** A run of events, serialised once for all clients that receive it. */
export interface Chunk {
  readonly entries: readonly Entry[];
  /** As Server-Sent Events, ready for the wire. */
  sse(): Buffer;
  /** One JSON text per event, for WebSocket. */
  messages(): readonly string[];
}

/** The numbers of events that a client will not get, because it was too slow or they are gone: it is to reload what it shows. */
export interface Lag {
  from: number;
  to: number;
}

/**
 * Makes a chunk. With `lag`, a lag notice follows the events. Then only the notice carries an id, so that a client whose connection breaks
 * before the notice resumes from before these events and is told again.
 */
export function chunkOf(entries: readonly Entry[], lag?: Lag): Chunk {
  let sse: Buffer | undefined;
  let messages: string[] | undefined;
  return {
    entries,
    sse() {
      if (!sse) {
        let text = '';
        for (const { number, type, data } of entries) {
          text += lag ? `event: ${type}\ndata: ${data}\n\n` : `id: ${number}\nevent: ${type}\ndata: ${data}\n\n`;
        }
        if (lag) text += `id: ${lag.to}\nevent: lag\ndata: ${JSON.stringify(lag)}\n\n`;
        sse = Buffer.from(text);
      }
      return sse;
    },
    messages() {
      messages ??= [
        ...entries.map(({ number, type, data }) => `{"id":${lag ? null : number},"type":"${type}","data":${data}}`),
        ...(lag ? [`{"id":${lag.to},"type":"lag","data":${JSON.stringify(lag)}}`] : []),
      ];
      return messages;
    },
  };
}
