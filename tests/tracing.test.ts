import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { postRefresh, untilEnd } from './client.ts';
import { startSystem, type System } from './system.ts';

interface Span {
  service: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
}

interface Export {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { spans: Omit<Span, 'service'>[] }[];
  }[];
}

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';

/** What an OpenTelemetry collector receives. */
async function collector(): Promise<{ url: string; bodies: string[]; server: Server }> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      bodies.push(body);
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies, server };
}

function spansOf(bodies: string[]): Span[] {
  return bodies.flatMap((body) =>
    (JSON.parse(body) as Export).resourceSpans.flatMap(({ resource, scopeSpans }) => {
      const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
      return scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, service })));
    }),
  );
}

let collected: Awaited<ReturnType<typeof collector>>;
let system: System;
beforeAll(async () => {
  collected = await collector();
  system = await startSystem({
    workers: 1,
    scheduler: false,
    durable: false,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collected.url, OTEL_BSP_SCHEDULE_DELAY: '200' },
  });
}, 180_000);
afterAll(async () => {
  await system?.stop();
  collected?.server.closeAllConnections();
  collected?.server.close();
}, 60_000);

test('a refresh is one trace, from its caller through api, queue and worker to provider and database', async () => {
  const { refresh_id } = await postRefresh(
    system,
    '/api/v1/manual/refresh/portfolio/me',
    { max_age_s: 0 },
    { key: system.keys.user, headers: { traceparent: `00-${TRACE}-${CALLER}-01` } },
  );
  expect(await untilEnd(system, refresh_id)).toMatchObject({ status: 'success' });
  // What has not been told yet is told at the end.
  await Promise.all([system.apiProcess, ...system.workers].map((each) => each.terminate()));

  const { bodies } = collected;
  const spans = spansOf(bodies).filter(({ traceId }) => traceId === TRACE);
  const told = new Set(spans.map(({ service, name }) => `${service.replace('freshet-', '')}: ${name}`));
  for (const step of [
    'api: POST /api/v1/manual/refresh/portfolio/{user_id}',
    'api: addBulk refresh',
    'worker: process refresh',
    'worker: postgres begin-refresh',
    'worker: ask yahoo',
    'worker: postgres settle-items',
    'worker: process follow',
  ])
    expect(told).toContain(step);
  // Each hangs on another one of it; only the first on what the caller sent.
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const loose = spans.filter(({ parentSpanId }) => !ids.has(parentSpanId ?? ''));
  expect(loose).toMatchObject([{ name: 'POST /api/v1/manual/refresh/portfolio/{user_id}', parentSpanId: CALLER }]);
  // What workers do for themselves begins no trace.
  expect(spansOf(bodies).filter(({ name, parentSpanId }) => !parentSpanId && name.startsWith('getNextJob'))).toEqual(
    [],
  );
  for (const secret of [...Object.values(system.keys), 'crumb=']) expect(bodies.join('\n')).not.toContain(secret);
}, 150_000);
