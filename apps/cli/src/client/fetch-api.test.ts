import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createClient } from '@freshet/client';
import { repositoryRoot } from '@freshet/testing';
import { fetchApi } from './fetch-api.ts';
import { followOver } from './follow.ts';

let server: Server;
let says: RequestListener;
const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const client = () => createClient({ url: url(), key: 'fsh_some-key', fetch: fetchApi });

beforeAll(async () => {
  server = createServer((request, response) => says(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

test('what another program on the port answers is not taken for an answer of the API', async () => {
  says = (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
  await expect(client().call('POST /api/v1/scheduler/stop')).rejects.toMatchObject({
    message: expect.stringMatching(/is no Freshet API: it answers with text\/html\. Say where the API is/),
    told: { code: 'no_api' },
  });
  // An answer without a body names no type.
  says = (_, response) => response.writeHead(204).end();
  await client().call('DELETE /api/v1/session');
});

test('Ctrl-C at any moment is told as every failure is', async () => {
  const asked = new Promise<void>((resolve) => {
    says = () => resolve();
  });
  const args = [join(repositoryRoot, 'apps/cli/src/main.ts'), 'sources', '--url', url(), '--json'];
  const child = spawn(process.execPath, args, { env: { PATH: process.env.PATH, FRESHET_API_KEY: 'fsh_some-key' } });
  let said = '';
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  const ended = once(child, 'close');
  await asked;
  child.kill('SIGINT');
  expect((await ended)[0]).toBe(130);
  expect(JSON.parse(said)).toEqual({ code: 'interrupted', detail: 'It was interrupted.' });
}, 60_000);

test('a refresh is followed over a connection that breaks off and a proxy that stands alone, and the outage is told once', async () => {
  const json = { 'content-type': 'application/json' };
  const running = JSON.stringify({ status: 'in_progress', poll_after_ms: 1, progress: 0.5 });
  const answers: RequestListener[] = [
    (_, response) => response.writeHead(200, json).end(running),
    (_, response) => void response.writeHead(200, json).write('{', () => response.destroy()),
    ({ socket }) => socket.destroy(),
    (_, response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<html>'),
    (_, response) => response.writeHead(200, json).end(JSON.stringify({ status: 'success' })),
  ];
  says = (request, response) => answers.shift()?.(request, response);
  const told: string[] = [];
  const signal = new AbortController().signal;
  const say = (text: string) => void told.push(text);
  const { status } = await followOver(client(), 'ref_1', { onProgress: () => {}, say, signal });
  expect([status, told]).toEqual(['success', ['The connection was lost; it is made again.']]);
});

test('a refusal ends the following at once', async () => {
  const problem = { code: 'not_found', status: 404, title: 'x', detail: 'There is no such refresh.' };
  says = (_, response) =>
    response.writeHead(404, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
  const signal = new AbortController().signal;
  const following = followOver(client(), 'ref_1', { onProgress: () => {}, say: () => {}, signal });
  await expect(following).rejects.toMatchObject({ code: 'not_found' });
});
