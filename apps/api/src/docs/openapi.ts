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
 * The OpenAPI 3.1 document, made from the same operations that requests are validated with. Aliases are paths of their own. The messages that
 * Freshet sends are described as webhooks, and by the schemas of events.
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
        'Every refresh can be followed to its end, and every price comes with its age and its source.',
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
        key: { type: 'http', scheme: 'bearer', description: 'An API key, as `Authorization: Bearer <key>`' },
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
  const who = operation.open ? 'No key needed.' : `Roles: ${allowed.join(', ')}.`;
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
    summary: `Sent to endpoints that subscribe to \`${event}\``,
    security: [],
    requestParams: { header: z.object(Object.fromEntries(headers)) },
    requestBody: { required: true, content: { 'application/json': { schema: webhookMessage(event) } } },
    responses: {
      '2XX': { description: 'Received' },
      410: { description: 'The endpoint wants no more messages: Freshet disables it' },
      default: { description: 'Freshet sends the message again later, and not before Retry-After has passed' },
    },
  };
}

const IF_MATCH = 'The ETag of the version that the change is based on';

function headersOf(key: string, operation: Operation): z.ZodObject {
  const text = z.string().optional();
  return z.object({
    ...(operation.creates
      ? {
          'Idempotency-Key': text.describe(
            '1 to 255 visible ASCII characters. For 24 h, the same request with the same key gets the same answer',
          ),
        }
      : {}),
    ...Object.fromEntries(
      Object.entries(operation.sends ?? {}).map(([name, description]) => [name, z.string().describe(description)]),
    ),
    ...(operation.refreshes || operation.waits
      ? { Prefer: text.describe('wait=N: answer when the refresh ends, or after N seconds (at most 60)') }
      : {}),
    ...(operation.ifMatch === true ? { 'If-Match': z.string().describe(IF_MATCH) } : {}),
    ...(operation.ifMatch === 'optional'
      ? { 'If-Match': text.describe(`${IF_MATCH}; without it the change applies to any version`) }
      : {}),
    ...(key.startsWith('GET /api/') && operation.media !== 'text/event-stream'
      ? { 'If-None-Match': text.describe('An ETag from an earlier answer: 304 without a body if it is still the same') }
      : {}),
    ...(operation.media === 'text/event-stream'
      ? {
          'Last-Event-ID': text.describe(
            'The id of the last event received: the stream resumes after it, without gaps or repeats',
          ),
        }
      : {}),
    'X-Request-Id': text.describe(
      '1 to 64 letters, digits, - and _. It is in the answer, in every log line about the request, and in the refresh that it starts',
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
