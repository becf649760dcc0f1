import { createLogger, createMetrics, createReadiness, type Logger } from '@freshet/runtime';
import { ensureBase } from '@freshet/store';
import { testDatabase, testRedis } from '@freshet/testing';
import type { Role } from '@freshet/contracts';
import type { OperationKey } from '@freshet/contracts/api';
import type { ApiConfig } from './api-config.ts';
import { createApp } from './app.ts';
import { type Composed, compose } from './compose.ts';
import { assertDescribed } from './docs/described.fixture.ts';
import { type Listening, listen } from './listen.ts';
import { attachWebSockets } from './routes/web-socket.ts';

/** An answer; `B` is the type that a test expects of its body. */
export interface Answered<B> {
  status: number;
  headers: Headers;
  body: B;
  text: string;
}

export interface TestApi extends Composed {
  url: string;
  databaseUrl: string;
  prefix: string;
  keys: Record<Role, string>;
  userId: string;
  /** Starts a second api over the same database and Redis. */
  another(): Promise<{ ask: TestApi['ask']; url: string; composed: Composed }>;
  /** Sends a request with the key of a role, with another key, or (null) without one. */
  ask<B = Record<string, unknown>>(
    as: Role | { key: string } | null,
    what: OperationKey | (string & {}),
    options?: { body?: unknown; raw?: string | Buffer; headers?: Record<string, string> },
  ): Promise<Answered<B>>;
  stop(): Promise<void>;
}

export const LIMITS: ApiConfig['limits'] = {
  admin: { limit: 100, perSeconds: 3600 },
  support: { limit: 30, perSeconds: 3600 },
  user: { limit: 10, perSeconds: 3600 },
  burst: { limit: 5, perSeconds: 10 },
  cooldownMs: 60_000,
};
/** Limits that no test reaches, for tests that aren't about limits. */
export const GENEROUS: ApiConfig['limits'] = {
  admin: { limit: 100_000, perSeconds: 3600 },
  support: { limit: 100_000, perSeconds: 3600 },
  user: { limit: 100_000, perSeconds: 3600 },
  burst: { limit: 100_000, perSeconds: 10 },
  cooldownMs: 0,
};

/** Starts an api over a database and a Redis prefix of its own, with the demo's users. Every answer is checked against its schema and OpenAPI. */
export async function startTestApi(
  config: Partial<ApiConfig> = {},
  servers: { databaseUrl?: string; redisUrl?: string; log?: Logger } = {},
): Promise<TestApi> {
  const database = servers.databaseUrl
    ? { url: servers.databaseUrl, drop: () => Promise.resolve() }
    : await testDatabase();
  const redis = testRedis();
  const { keys, userId } = await ensureBase(database.url, { demo: true });
  const running: { composed: Composed; listening: Listening }[] = [];

  async function run() {
    const composed = await compose({
      databaseUrl: database.url,
      redisUrl: servers.redisUrl ?? redis.url,
      prefix: `{${redis.prefix}}`,
      log: servers.log ?? createLogger({ name: 'api', level: 'silent' }),
      metrics: createMetrics('api', { own: false }),
      readiness: createReadiness(),
      config: {
        publicUrl: null,
        trustProxy: null,
        allowPrivateWebhooks: false,
        maxQueued: 100_000,
        limits: LIMITS,
        dashboardDir: null,
        ...config,
      },
    });
    const app = createApp(composed.api, { checkAnswers: true });
    const listening = await listen(app, { port: 0, host: '127.0.0.1' });
    attachWebSockets(listening.server, app, composed.api);
    running.push({ composed, listening });
    const url = `http://127.0.0.1:${listening.port}`;
    return { composed, url, ask: asker(url, keys) };
  }

  const first = await run();
  return {
    ...first.composed,
    url: first.url,
    databaseUrl: database.url,
    prefix: `{${redis.prefix}}`,
    keys,
    userId,
    ask: first.ask,
    another: run,
    async stop() {
      for (const { composed, listening } of running) {
        const closed = listening.close();
        listening.server.closeAllConnections();
        await closed;
        await composed.close();
      }
      await database.drop();
      await redis.cleanup();
    },
  };
}

function asker(url: string, keys: Record<Role, string>): TestApi['ask'] {
  return async <B>(...[as, what, { body, raw, headers = {} } = {}]: Parameters<TestApi['ask']>) => {
    const [method = 'GET', path = ''] = what.split(' ');
    const secret = as === null ? null : typeof as === 'string' ? keys[as] : as.key;
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`${url}${path}`, {
      method,
      body: sent,
      redirect: 'manual',
      headers: {
        ...(secret === null ? {} : { authorization: `Bearer ${secret}` }),
        ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
    });
    const text = await response.text();
    const { status, headers: answered } = response;
    const answer = jsonOr(text);
    const isProblem = answered.get('content-type') === 'application/problem+json';
    const code = isProblem ? (answer as { code?: unknown }).code : undefined;
    assertDescribed(method, path, { status, headers: answered, body: answer, code });
    return { status, headers: answered, text, body: answer as B };
  };
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
