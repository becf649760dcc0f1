import type { Entry } from './recent.ts';

/** Where a subscription's events go. */
export interface Sink {
  deliver(chunk: Chunk): void;
  /** Bytes handed over that the network hasn't taken yet. */
  backlog(): number;
  /** The client can't be helped; its connection is to be ended. */
  giveUp(because: string): void;
}

/** A run of events, serialised once for all clients that receive the same run. */
export interface Chunk {
  readonly entries: readonly Entry[];
  /** As Server-Sent Events, ready for the wire. */
  sse(): Buffer;
  /** One JSON text per event, for WebSocket. */
  messages(): readonly string[];
}

/** What a client that was too slow, or asks for what is long gone, did not get: it is to read anew what it shows. */
export interface Lag {
  from: number;
  to: number;
}

/**
 * With `lag`, the notice follows the events and carries the id for all of them: a client that loses its connection in between resumes
 * from before.
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
