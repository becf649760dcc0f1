import {
  EVENT_DATA,
  NOTICE_DATA,
  type Operation,
  type OperationKey,
  operations,
  WEBHOOK_HEADERS,
  webhookMessage,
} from '@freshet/contracts/api';
import { PROBLEMS, PROBLEM_CODES, ROLES, WEBHOOK_EVENTS, type WebhookEvent } from '@freshet/contracts';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { z } from 'zod';
import { ACCESS } from '../access/roles.ts';
import { responseComponents, responsesOf } from './responses.ts';

/**
 * OpenAPI 3.1 of the whole API, from the catalogue that requests are checked by. Aliases are in it as paths of their own; what Freshet says
 * of its own accord is in it as webhooks, and as the schemas of events.
 */
export function openApiDocument(): object {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const key of Object.keys(operations) as OperationKey[]) {
    const operation: Operation = operations[key];
    const [method = '', path = ''] = key.split(' ');
    const all = [path, ...(operation.aliases ?? [])];
    for (const [i, each] of all.entries()) {
      paths[each] ??= {};
      paths[each][method.toLowerCase()] = describe(key, operation, i);
    }
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Freshet',
      version: '0.1.0',
      description:
        'Keeps market data, and the portfolios that are computed from it, fresh. ' +
        'Every refresh can be followed to its end; every price says how old it is and where it came from.',
    },
    servers: [{ url: '/' }],
    security: [{ key: [] }, { session: [] }],
    tags: [...new Set(Object.values(operations).map(({ tag }) => tag))].map((name) => ({ name })),
    paths: paths as ZodOpenApiPathsObject,
    webhooks: Object.fromEntries(WEBHOOK_EVENTS.map((event) => [event, { post: describeWebhook(event) }])),
    components: {
      schemas: Object.fromEntries(
        Object.values({ ...EVENT_DATA, ...NOTICE_DATA }).map((schema) => [schema.meta()?.id ?? '', schema]),
      ),
      ...responseComponents(Object.entries(operations) as [OperationKey, Operation][]),
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key' },
        session: { type: 'apiKey', in: 'cookie', name: 'freshet_session' },
      },
    },
    'x-problems': Object.fromEntries(
      PROBLEM_CODES.map((code) => [
        code,
        { status: PROBLEMS[code][0], title: PROBLEMS[code][1], todo: PROBLEMS[code][2] },
      ]),
    ),
  });
}

function describe(key: OperationKey, operation: Operation, place: number): ZodOpenApiOperationObject {
  const allowed = ROLES.filter((role) => ACCESS[key][role] !== 'no');
  const who = operation.open ? 'No key needed.' : `For ${allowed.join(', ')}.`;
  return {
    operationId: operationId(key) + (place === 0 ? '' : `_alias${place}`),
    tags: [operation.tag],
    summary: operation.summary,
    description: [operation.description, who].filter(Boolean).join(' '),
    ...(operation.open ? { security: [] } : {}),
    requestParams: {
      ...(operation.path ? { path: operation.path } : {}),
      ...(operation.query ? { query: operation.query } : {}),
      header: headersOf(key, operation),
    },
    ...(operation.body
      ? {
          requestBody: {
            required: !operation.body.safeParse({}).success,
            content: { 'application/json': { schema: operation.body } },
          },
        }
      : {}),
    responses: responsesOf(key, operation),
  };
}

function describeWebhook(event: WebhookEvent): ZodOpenApiOperationObject {
  const headers = Object.entries(WEBHOOK_HEADERS).map(([name, description]) => [
    name,
    z.string().describe(description),
  ]);
  return {
    operationId: `webhook_${event.replace('.', '_')}`,
    tags: [operations['POST /api/v1/webhooks/endpoints'].tag],
    summary: `What an endpoint is sent that wants to be told \`${event}\``,
    security: [],
    requestParams: { header: z.object(Object.fromEntries(headers)) },
    requestBody: { required: true, content: { 'application/json': { schema: webhookMessage(event) } } },
    responses: {
      '2XX': { description: 'Taken' },
      410: { description: 'No more of this: the endpoint is switched off' },
      default: { description: 'Sent again later, at the earliest when Retry-After says' },
    },
  };
}

const IF_MATCH = 'The ETag of the version that was changed';

function headersOf(key: string, operation: Operation): z.ZodObject {
  const text = z.string().optional();
  return z.object({
    ...(operation.creates
      ? { 'Idempotency-Key': text.describe('The same key and body gives the same answer for 24 h') }
      : {}),
    ...Object.fromEntries(
      Object.entries(operation.sends ?? {}).map(([name, description]) => [name, z.string().describe(description)]),
    ),
    ...(operation.refreshes || operation.waits
      ? { Prefer: text.describe('wait=N waits up to N (at most 60) seconds for the end') }
      : {}),
    ...(operation.ifMatch === true ? { 'If-Match': z.string().describe(IF_MATCH) } : {}),
    ...(operation.ifMatch === 'optional'
      ? { 'If-Match': text.describe(`${IF_MATCH}; without it the change is made whatever it is`) }
      : {}),
    ...(key.startsWith('GET /api/') && operation.media !== 'text/event-stream' ? { 'If-None-Match': text } : {}),
    ...(operation.media === 'text/event-stream'
      ? { 'Last-Event-ID': text.describe('Goes on behind this event, without a gap or a repeat') }
      : {}),
    'X-Request-Id': text.describe(
      '1 to 64 letters, digits, - and _; comes back, and is on every log line and in the refresh',
    ),
  });
}

/** `GET /api/v1/refreshes/{refresh_id}` → `get_refreshes_refresh_id`, `GET /metrics` → `get_root_metrics`. */
function operationId(key: string): string {
  return key
    .replace(' /api/v1/', '_')
    .replace(' /', '_root_')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .replace(/_$/, '')
    .toLowerCase();
}
