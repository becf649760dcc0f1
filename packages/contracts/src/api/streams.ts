import { z } from 'zod';
import { EVENT_DATA, NOTICE_DATA } from './messages.ts';
import { operationsOf } from './operation.ts';

const tag = 'Real time and health';

export const streamOperations = operationsOf({
  'GET /events/price-updates': {
    tag,
    summary: 'The event log as Server-Sent Events',
    description:
      'Sends the events that the caller may see. Resumes after the event that Last-Event-ID names. `/ws/prices` sends the same over a WebSocket. The schema of `data` by event type: ' +
      Object.entries({ ...EVENT_DATA, ...NOTICE_DATA })
        .map(([type, schema]) => `\`${type}\` ${schema.meta()?.id}`)
        .join(', ') +
      '.',
    query: z.strictObject({
      symbols: z.string().max(16_500).optional().describe('Symbols, separated by commas; default: all'),
      types: z.string().max(200).optional().describe('Event types, separated by commas; default: all'),
      last_event_id: z.string().max(30).optional().describe('The same as the header Last-Event-ID'),
    }),
    answers: { 200: z.string() },
    media: 'text/event-stream',
  },
  'GET /livez': {
    tag,
    summary: 'Liveness: the process runs',
    answers: { 200: z.string() },
    media: 'text/plain',
    open: true,
  },
  'GET /readyz': {
    tag,
    summary: 'Readiness: the process can serve requests, check by check',
    answers: {
      200: z.strictObject({ ready: z.boolean(), checks: z.record(z.string(), z.string()) }),
      503: z.strictObject({ ready: z.boolean(), checks: z.record(z.string(), z.string()) }),
    },
    open: true,
  },
  'GET /metrics': {
    tag,
    summary: 'Prometheus metrics',
    answers: { 200: z.string() },
    media: 'text/plain',
  },
});
