import { Validator } from '@seriousme/openapi-schema-validator';
import { startTestApi, type TestApi } from '../api.fixture.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

test('the document is OpenAPI 3.1, by its own schema', async () => {
  const { status, body } = await api.ask<Record<string, unknown>>(null, 'GET /openapi.json');
  expect([status, body.openapi]).toEqual([200, expect.stringMatching(/^3\.1\./)]);
  expect(await new Validator().validate(body)).toEqual({ valid: true });
});
