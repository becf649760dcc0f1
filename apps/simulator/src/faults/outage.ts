import type { Fault } from './fault.ts';

/** Every call fails at the provider's front door. */
export const outage: Fault = {
  name: 'outage',
  does: 'Answers every call with a server error (status, default 503).',
  settings: { status: 503 },
  instead: ({ settings }) => ({
    status: settings.status ?? 503,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: '<html><head><title>Service Unavailable</title></head><body><h1>Service Unavailable</h1></body></html>',
  }),
};
