import { WEBHOOK_EVENTS } from '@freshet/contracts';
import { EVENT_DATA, NOTICE_DATA } from '@freshet/contracts/api';
import { Validator } from '@seriousme/openapi-schema-validator';
import { startTestApi, type TestApi } from '../api.fixture.ts';
import { assertValid } from './described.fixture.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

test('amounts and shares are described as they are taken: none is negative', async () => {
  const { body } = await api.ask<{ paths: Record<string, Record<string, object>> }>(null, 'GET /openapi.json');
  const taken = JSON.stringify(body.paths['/api/v1/portfolios/{portfolio_id}/holdings']?.post);
  const amount = { type: 'number', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
  for (const part of [amount, { type: 'number', minimum: 0, maximum: 1 }])
    expect(taken).toContain(JSON.stringify(part));
  expect(taken).not.toContain('^-?');
});

interface Described {
  description?: string;
  schema?: { $ref?: string; description?: string };
}
interface Document {
  paths: Record<string, Record<string, { parameters?: (Described & { in: string; name: string })[] }>>;
  components: {
    schemas: Record<string, { description?: string; example?: unknown }>;
    headers: Record<string, Described>;
  };
}

test('every parameter and every header says what it is for', async () => {
  const { body } = await api.ask<Document>(null, 'GET /openapi.json');
  const { schemas, headers } = body.components;
  const isSaid = ({ description, schema }: Described) =>
    Boolean(description ?? schema?.description ?? schemas[schema?.$ref?.split('/').at(-1) ?? '']?.description);
  const silent = Object.entries(body.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { parameters = [] }]) =>
      parameters.filter((each) => !isSaid(each)).map((each) => `${method} ${path}: ${each.name} in ${each.in}`),
    ),
  );
  expect(silent).toEqual([]);
  expect(Object.entries(headers).filter(([, header]) => !isSaid(header))).toEqual([]);
});

test('every example is one', async () => {
  const { body } = await api.ask<Document>(null, 'GET /openapi.json');
  const examples = Object.values(body.components.schemas).filter(({ example }) => example !== undefined);
  expect(examples.length).toBeGreaterThan(0);
  for (const schema of examples) assertValid(schema, schema.example);
});

test('the document is OpenAPI 3.1, by its own schema', async () => {
  const { status, body } = await api.ask<Record<string, unknown>>(null, 'GET /openapi.json');
  expect([status, body.openapi]).toEqual([200, expect.stringMatching(/^3\.1\./)]);
  expect(await new Validator().validate(body)).toEqual({ valid: true });
});

test('what Freshet says of its own accord is in it: every webhook, and the data of every event', async () => {
  const { body } = await api.ask<{
    webhooks: object;
    components: { schemas: object };
    paths: Record<string, { get: { description: string } }>;
  }>(null, 'GET /openapi.json');
  expect(Object.keys(body.webhooks)).toEqual([...WEBHOOK_EVENTS]);
  for (const [type, schema] of Object.entries({ ...EVENT_DATA, ...NOTICE_DATA })) {
    const { id = '' } = schema.meta() ?? {};
    expect(body.components.schemas).toHaveProperty(id);
    expect(body.paths['/events/price-updates']?.get.description).toContain(`\`${type}\` ${id}`);
  }
});
