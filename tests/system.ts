import { type OwnServer, ownPostgres, ownRedis, type StartedProcess, startProcess } from '@freshet/testing';
import { ensureBase } from '@freshet/store';

/** A whole system on loopback: real servers, real processes, the simulator as the world. */
export interface System {
  api: string;
  simulator: string;
  databaseUrl: string;
  redisUrl: string;
  keys: { admin: string; user: string; support: string; system: string };
  userId: string;
  redis: OwnServer;
  postgres: OwnServer;
  workers: StartedProcess[];
  apiProcess: StartedProcess;
  /** Starts the api again, on the same port, after it was ended. */
  restartApi(): Promise<void>;
  /** `more` is for this worker alone, such as a proxy's address. */
  addWorker(more?: Record<string, string>): Promise<StartedProcess>;
  stop(): Promise<void>;
}

export interface SystemOptions {
  workers: number;
  /** Arguments of the simulator, such as `--latency 100`. */
  simulator?: string[];
  /** For every process. */
  env?: Record<string, string>;
  scheduler?: boolean;
  /** Postgres as a server runs it, with fsync; the default. */
  durable?: boolean;
}

const DURABLE = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on', shared_buffers: '512MB' };

export async function startSystem(options: SystemOptions): Promise<System> {
  const [postgres, redis] = await Promise.all([
    ownPostgres({ settings: options.durable === false ? {} : DURABLE }),
    ownRedis(),
  ]);
  // Each with what it needs before it: they end in the opposite order.
  const ends: (() => Promise<unknown>)[] = [() => Promise.all([postgres.remove(), redis.remove()])];
  const stop = async () => {
    for (const end of ends.toReversed()) await end();
  };
  try {
    const { keys, userId } = await ensureBase(postgres.url, { demo: true });
    const simulator = startProcess('apps/simulator/src/main.ts', { LOG_LEVEL: 'warn' }, [
      '--port',
      '0',
      ...(options.simulator ?? []),
    ]);
    ends.push(() => simulator.terminate());
    const simulated = `http://127.0.0.1:${(await simulator.ready).port}`;
    const env = {
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      LOG_LEVEL: 'warn',
      NODE_ENV: 'production',
      ...(await providersAt(simulated)),
      ...options.env,
    };
    let api = startProcess('apps/api/src/main.ts', { ...env, PORT: '0' });
    const workers: StartedProcess[] = [];
    const addWorker = async (more: Record<string, string> = {}) => {
      const worker = startProcess('apps/worker/src/main.ts', { ...env, ...more });
      workers.push(worker);
      await worker.ready;
      return worker;
    };
    const scheduler = options.scheduler === false ? null : startProcess('apps/scheduler/src/main.ts', env);
    ends.push(() =>
      Promise.all([scheduler?.terminate(), api.terminate(), ...workers.map((worker) => worker.terminate())]),
    );
    const port = (await api.ready).port ?? 0;
    await Promise.all([scheduler?.ready, ...Array.from({ length: options.workers }, () => addWorker())]);
    return {
      api: `http://127.0.0.1:${port}`,
      simulator: simulated,
      databaseUrl: postgres.url,
      redisUrl: redis.url,
      keys,
      userId,
      redis,
      postgres,
      workers,
      addWorker,
      get apiProcess() {
        return api;
      },
      async restartApi() {
        api = startProcess('apps/api/src/main.ts', { ...env, PORT: String(port) });
        await api.ready;
      },
      stop,
    };
  } catch (error) {
    // The process that failed to start has reported why. The others must not be left running.
    await stop();
    throw error;
  }
}

/** What a worker needs to find every provider in the simulator. */
async function providersAt(simulator: string): Promise<Record<string, string>> {
  const response = await fetch(`${simulator}/_simulator/environment`);
  return (await response.json()) as Record<string, string>;
}
