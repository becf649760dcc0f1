import type { EventType } from '@freshet/contracts';

/** One event of the log. `lag` says that events were left out because this client was too slow. */
export interface ApiEvent {
  /** The number to resume behind; null for a notice or a snapshot, which has no place in the log. */
  id: number | null;
  type: EventType | 'lag' | (string & {});
  data: Record<string, unknown>;
}

export interface EventOptions {
  /** Begin behind this event. */
  after?: number;
  signal?: AbortSignal;
  /** Told when the connection was lost and is going to be made again. */
  onReconnect?(error: unknown): void;
}

interface Sent {
  signal?: AbortSignal;
  query?: Record<string, unknown>;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/**
 * Reads an event stream, and goes on behind the last event after every lost connection. `once`: the stream's own end is
 * the end. Errors of the first connection, and refusals of any, are thrown.
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

/** The events of one answer, by the rules of the HTML standard for event streams. */
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

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
    signal?.addEventListener('abort', done, { once: true });
  });
}
