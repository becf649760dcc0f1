import { fileURLToPath } from 'node:url';
import { cantListen, type ProcessContext, readConfig, runProcess, type RunningProcess } from '@freshet/runtime';
import { createApp } from './app.ts';
import { compose } from './compose.ts';
import { configuration } from './config.ts';
import { listen } from './listen.ts';
import { attachWebSockets } from './routes/web-socket.ts';

/** The api process: accepts refreshes and serves reads. It never calls a provider and never calculates. Any number may run. */
await runProcess({ name: 'api', start });

async function start({ env, log, metrics, readiness }: ProcessContext): Promise<RunningProcess> {
  const read = readConfig(configuration, env);
  const { api, close } = await compose({
    databaseUrl: read.databaseUrl,
    redisUrl: read.redisUrl,
    prefix: read.prefix,
    log,
    metrics,
    readiness,
    config: {
      publicUrl: read.publicUrl ?? null,
      trustProxy: read.trustProxy ?? null,
      allowPrivateWebhooks: read.allowPrivateWebhooks,
      maxQueued: read.maxQueued,
      limits: {
        admin: read.limitAdmin,
        support: read.limitSupport,
        user: read.limitUser,
        burst: read.limitBurst,
        cooldownMs: read.limitCooldownMs,
      },
      dashboardDir: fileURLToPath(new URL('../../dashboard/dist', import.meta.url)),
    },
  });
  const app = createApp(api);
  const at = { port: read.port, host: read.host };
  const listening = await listen(app, at).catch((error: unknown) => {
    throw cantListen(error, at, ['PORT', 'HOST']);
  });
  const sockets = attachWebSockets(listening.server, app, api);
  return {
    port: listening.port,
    async drain(withinMs) {
      const closed = listening.close(withinMs);
      // Callers that wait for the end of a refresh are answered now, with what is known and where to ask again.
      api.views.release();
      await api.streams.close();
      sockets.terminate();
      await closed;
      await close();
    },
  };
}
