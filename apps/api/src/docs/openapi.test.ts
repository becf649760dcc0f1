import { Validator } from '@seriousme/openapi-schema-validator';
import { startTestApi, type TestApi } from '../api.fixture.ts';

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

test('the document is OpenAPI 3.1, by its own schema', async () => {
  const { status, body } = await api.ask<Record<string, unknown>>(null, 'GET /openapi.json');
  expect([status, body.openapi]).toEqual([200, expect.stringMatching(/^3\.1\./)]);
  expect(await new Validator().validate(body)).toEqual({ valid: true });
});
