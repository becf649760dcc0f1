import type { EventType } from '@freshet/contracts';
import { pause } from './pause.ts';

/** One event. `lag` is a notice that events were dropped because this client was too slow. */
export interface ApiEvent {
  /** The number to resume after; null for a notice or a snapshot, which are not in the log. */
  id: number | null;
  type: EventType | 'lag' | (string & {});
  data: Record<string, unknown>;
}

export interface EventOptions {
  /** Start after this event. */
  after?: number;
  signal?: AbortSignal;
  /** Called when the connection was lost, before it is opened again. */
  onReconnect?(error: unknown): void;
}

interface Sent {
  signal?: AbortSignal;
  query?: Record<string, unknown>;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/**
 * Reads an event stream. After a lost connection it reconnects and resumes after the last event. `once`: the end of the stream is the
 * end; without it, it reconnects then, too. Throws errors of the first connection, and error answers of any connection except 503.
 */
export async function* readEvents(
  open: (sent: Sent) => Promise<Response>,
  options: EventOptions & { once?: boolean },
): AsyncGenerator<ApiEvent> {
  const { signal, once = false } = options;
  let after = options.after;
  let pauseMs = FIRST_PAUSE_MS;
  for (let connected = false; !signal?.aborted; ) {
    try {
      const response = await open({ signal, query: after === undefined ? {} : { last_event_id: after } });
      connected = true;
      pauseMs = FIRST_PAUSE_MS;
      for await (const event of eventsIn(response)) {
        after = event.id ?? after;
        yield event;
      }
      if (once) return;
    } catch (error) {
      if (signal?.aborted) return;
      const refused =
        error instanceof Error && error.name === 'ApiError' && (error as { status?: number }).status !== 503;
      if (!connected || refused) throw error;
      options.onReconnect?.(error);
    }
    await pause(pauseMs, signal);
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
  }
}

/** Parses the events of one answer (event stream format of the HTML standard). */
async function* eventsIn(response: Response): AsyncGenerator<ApiEvent> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) return;
  let rest = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = eventIn(block);
        if (event) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function eventIn(block: string): ApiEvent | null {
  let id: number | null = null;
  let type = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const at = line.indexOf(':');
    if (at <= 0) continue;
    const value = line.slice(at + 1).replace(/^ /, '');
    const field = line.slice(0, at);
    if (field === 'id') id = Number(value);
    else if (field === 'event') type = value;
    else if (field === 'data') data.push(value);
  }
  if (data.length === 0) return null;
  return { id: id !== null && Number.isFinite(id) ? id : null, type, data: JSON.parse(data.join('\n')) };
}
