import { EVENT_TYPES, type EventType, FINAL_STATUSES } from '@freshet/contracts';
import { type Filter, type OpenStream, serveSse } from '@freshet/events';
import type { Response } from 'express';
import type { Api } from '../api.ts';
import { type Answer, STREAMS } from '../http/answer.ts';
import { routes } from '../http/ask.ts';
import { setSafeHeaders } from '../http/mark.ts';
import { Problem } from '../http/problem.ts';
import type { KnownView } from '../refreshes/views.ts';
import { visibleRefresh } from '../refreshes/visible.ts';
import { symbolList } from './market-data.ts';

const STREAM_MS = 30 * 60_000;
const LOOK_MS = 10_000;
const GRACE_MS = 1_000;

/** The answer to HEAD. It opens no stream: that would hold a place from which nobody reads. */
const HEAD: Answer = { type: 'text/event-stream', headers: { 'content-type': 'text/event-stream' } };

/** The event log and a refresh's own events, as Server-Sent Events. WebSockets are in `web-socket.ts`. */
export function streamRoutes(api: Api) {
  /** Ends a refresh's stream. The log usually tells of the end a moment after it; while no relay runs, this does. */
  async function endWithIt(id: string, gone: AbortSignal, response: Response, stream: OpenStream): Promise<void> {
    const ended = await api.views.waitForEnd(id, STREAM_MS, gone, LOOK_MS).catch(() => null);
    if (!ended?.final) return;
    await new Promise((resolve) => setTimeout(resolve, GRACE_MS).unref());
    if (gone.aborted || response.writableEnded) return;
    response.write(snapshot(ended));
    stream.close();
  }

  return routes({
    'GET /events/price-updates': async (ask) => {
      const { symbols, types, last_event_id } = ask.query;
      api.streams.assertRoom(ask.who);
      const filter: Filter = {
        symbols: symbols === undefined ? undefined : symbolList(symbols),
        types: types === undefined ? undefined : typeList(types),
        viewer: { userId: ask.who.userId, role: ask.who.role },
      };
      const after = resumeAt(last_event_id, ask.request.headers['last-event-id']);
      if (ask.request.method === 'HEAD') return HEAD;
      await api.eventsStarted();
      setSafeHeaders(ask.request, ask.response);
      api.streams.add(ask.who, serveSse(ask.response, { subscriber: api.events, filter, after }));
      return STREAMS;
    },

    'GET /api/v1/refreshes/{refresh_id}/events': async (ask) => {
      const known = await visibleRefresh(api, ask.path.refresh_id, ask);
      api.streams.assertRoom(ask.who);
      const after = resumeAt(ask.query.last_event_id, ask.request.headers['last-event-id']);
      if (ask.request.method === 'HEAD') return HEAD;
      await api.eventsStarted();
      setSafeHeaders(ask.request, ask.response);
      const stream = serveSse(ask.response, {
        subscriber: api.events,
        filter: {
          types: ['refresh_progress'],
          refreshId: ask.path.refresh_id,
          // Everybody who may read the refresh may read its events, including callers that joined it.
          viewer: { userId: known.record.userId ?? ask.who.userId, role: ask.who.role },
        },
        after,
        until: (_type, payload) => (FINAL_STATUSES as readonly string[]).includes(String(payload.status)),
      });
      api.streams.add(ask.who, stream);
      // Read after subscribing, so no change can be missed in between. A client that resumes gets everything since from the log,
      // the end included.
      const present = known.final ? known : await api.views.reread(ask.path.refresh_id);
      if (present && !ask.response.writableEnded && after === undefined) {
        ask.response.write(snapshot(present));
        if (present.final) stream.close();
      }
      void endWithIt(ask.path.refresh_id, ask.gone, ask.response, stream);
      return STREAMS;
    },
  });
}

/** The present state as an event without an id, so that it doesn't change where the client would resume. */
function snapshot({ view, record }: KnownView): string {
  return `event: refresh_progress\ndata: ${JSON.stringify({ ...view, failures: undefined, seq: record.seq })}\n\n`;
}

/**
 * The number behind which a stream resumes, from the header or else the query; undefined: from now on.
 * @throws Problem invalid_header, invalid_request
 */
export function resumeAt(asked: string | undefined, header?: string | string[]): number | undefined {
  const given = (Array.isArray(header) ? header[0] : header) ?? asked;
  if (given === undefined || given === '') return undefined;
  if (/^\d{1,15}$/.test(given)) return Number(given);
  const detail = 'is not the id of an event of ours';
  if (header !== undefined) throw new Problem('invalid_header', `Last-Event-ID ${detail}.`);
  throw new Problem('invalid_request', {
    detail: `last_event_id: ${detail}.`,
    errors: [{ parameter: 'last_event_id', detail }],
  });
}

function typeList(text: string): EventType[] {
  const types = text.split(',').map((each) => each.trim());
  const unknown = types.find((type) => !(EVENT_TYPES as readonly string[]).includes(type));
  if (unknown === undefined) return types as EventType[];
  throw new Problem('invalid_request', {
    detail: `types: there is no event type ${unknown.slice(0, 40)}; known are ${EVENT_TYPES.join(', ')}.`,
    errors: [{ parameter: 'types', detail: `is none of ${EVENT_TYPES.join(', ')}` }],
  });
}
