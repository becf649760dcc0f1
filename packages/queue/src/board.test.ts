import { redisProducer } from '@freshet/runtime';
import { testRedis } from '@freshet/testing';
import express from 'express';
import request from 'supertest';
import { bullBoard } from './board.ts';
import { createProducer } from './producer.ts';

const redis = testRedis();
const connection = redisProducer(redis.url);
const producer = createProducer({ connection, prefix: `{${redis.prefix}}`, lanes: ['yahoo'] });

afterAll(async () => {
  await producer.close();
  connection.disconnect();
  await redis.cleanup();
});

function app(readOnly: boolean) {
  return express().use('/admin/queues', bullBoard({ producer, basePath: '/admin/queues', readOnly }));
}

test('the board shows every queue, under a policy that allows no script from elsewhere', async () => {
  await producer.ringRefreshes([{ id: 'ref_1', rank: 10 }]);
  const page = await request(app(true)).get('/admin/queues/').expect(200);
  expect(page.headers['content-security-policy']).toContain("script-src 'self'");
  // Whatever script the page has is a file of its own, or data.
  const inline = [...page.text.matchAll(/<script(?![^>]*\bsrc=)([^>]*)>/g)].map(([, attributes]) => attributes);
  expect(inline.every((attributes) => attributes?.includes('application/json'))).toBe(true);
  const script = /src="(static\/js\/main[^"]+)"/.exec(page.text)?.[1];
  await request(app(true)).get(`/admin/queues/${script}`).expect(200);

  const { body } = await request(app(true))
    .get('/admin/queues/api/queues?activeQueue=refresh&status=prioritized')
    .expect(200);
  const queues = body.queues as { name: string; counts: Record<string, number> }[];
  expect(queues.map(({ name }) => name)).toEqual(expect.arrayContaining(['refresh', 'follow', 'fetch-yahoo', 'ticks']));
  expect(queues.find(({ name }) => name === 'refresh')?.counts.prioritized).toBe(1);
});

test('whoever may only read changes nothing; an operator may', async () => {
  const clean = '/admin/queues/api/queues/refresh/ref_1/clean';
  await request(app(true)).put(clean).expect(405);
  expect(await producer.missingRefreshes(['ref_1'])).toEqual([]);
  await request(app(false)).put(clean).expect(204);
  expect(await producer.missingRefreshes(['ref_1'])).toEqual(['ref_1']);
});

test('without Redis the board answers with an error, and builds itself when Redis is there', async () => {
  const away = redisProducer('redis://127.0.0.1:1');
  const lonely = createProducer({ connection: away, prefix: '{x}' });
  const board = express().use('/b', bullBoard({ producer: lonely, basePath: '/b', readOnly: true }));
  board.use((error: Error, _request: unknown, response: express.Response, _next: unknown) => {
    response.status(503).send(error.name);
  });
  const answer = await request(board).get('/b/').expect(503);
  expect(answer.text).toBe('QueueUnavailable');
  away.disconnect();
});
