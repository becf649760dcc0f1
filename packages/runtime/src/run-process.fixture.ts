import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigError, patiently, readConfig, runProcess, variables } from './index.ts';

/** A process for the tests of `runProcess`: `GET /PATH` makes it do what the path says. */
await runProcess({
  name: 'worker',
  async start({ env, log, metrics, readiness, stop, stopping }) {
    readConfig({ retention: variables.RETENTION_DAYS, level: variables.LOG_LEVEL }, env);
    if (env.FIXTURE === 'late-config') throw new ConfigError(['REDIS_URL: wrong policy']);
    const refuse = () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.7:5432'));
    if (env.FIXTURE === 'waits') await patiently('Postgres', refuse, { stop: stopping, log });
    if (env.FIXTURE === 'hangs') {
      process.stderr.write('begins\n');
      await patiently('Postgres', () => new Promise(() => {}), { stop: stopping, log });
    }
    if (env.FIXTURE === 'slow-start') {
      process.stderr.write('begins\n');
      await once(stopping, 'abort');
    }
    let healthy = true;
    let release = () => {};
    readiness.check('database', () => {
      if (!healthy) throw new Error('connect ECONNREFUSED 10.0.0.7:5432');
    });
    metrics.counter({ name: 'fixture_total', help: 'Starts' }).inc();
    const server = createServer((request, response) => {
      response.end();
      if (request.url === '/sick') healthy = false;
      if (request.url === '/reject') void Promise.reject(new Error('nobody caught this'));
      if (request.url === '/warn') setTimeout(() => {}, -27);
      if (request.url === '/memory') stop('memory', 75);
      if (request.url === '/release') release();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
      port: (server.address() as AddressInfo).port,
      async drain(withinMs) {
        process.stderr.write(`drains within ${withinMs > 1_000 ? Math.round(withinMs / 1_000) : 'no'} s\n`);
        if (env.FIXTURE === 'slow-drain') {
          await new Promise<void>((resolve) => {
            release = resolve;
          });
        }
        server.closeAllConnections();
        server.close();
      },
    };
  },
});
