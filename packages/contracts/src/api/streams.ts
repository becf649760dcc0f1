import { z } from 'zod';
import { EVENT_DATA, NOTICE_DATA } from './messages.ts';
import { operationsOf } from './operation.ts';

const tag = 'Real time and health';

export const streamOperations = operationsOf({
  'GET /events/price-updates': {
    tag,
    summary: 'The event log as Server-Sent Events',
    description:
      'As far as the caller may see them. Resumes behind Last-Event-ID. `/ws/prices` speaks the same over a WebSocket. The `data` of each event, by its type: ' +
      Object.entries({ ...EVENT_DATA, ...NOTICE_DATA })
        .map(([type, schema]) => `\`${type}\` ${schema.meta()?.id}`)
        .join(', ') +
      '.',
    query: z.strictObject({
      symbols: z.string().max(16_500).optional().describe('A,B,C; default: all'),
      types: z.string().max(200).optional().describe('Event types, comma separated; default: all'),
      last_event_id: z.string().max(30).optional(),
    }),
    answers: { 200: z.string() },
    media: 'text/event-stream',
  },
  'GET /livez': {
    tag,
    summary: 'Whether the process runs',
    answers: { 200: z.string() },
    media: 'text/plain',
    open: true,
  },
  'GET /readyz': {
    tag,
    summary: 'Whether it can serve',
    answers: {
      200: z.strictObject({ ready: z.boolean(), checks: z.record(z.string(), z.string()) }),
      503: z.strictObject({ ready: z.boolean(), checks: z.record(z.string(), z.string()) }),
    },
    open: true,
  },
  'GET /metrics': {
    tag,
    summary: 'Prometheus metrics; admin and support',
    answers: { 200: z.string() },
    media: 'text/plain',
  },
});
