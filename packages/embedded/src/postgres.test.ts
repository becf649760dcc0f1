import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { type EmbeddedServer, startPostgres } from './index.ts';

const FAST = { fsync: 'off', dynamic_shared_memory_type: 'mmap' };
let directory: string;
let dataDir: string;
let server: EmbeddedServer;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'freshet-pg-'));
  // What the shell would take apart.
  dataDir = join(directory, "it's a place");
  server = await startPostgres({ dataDir, settings: FAST });
  await ask('create table kept (n int)');
});
afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true });
});

async function ask(sql: string, url = server.url): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('startPostgres', () => {
  it('listens on the loopback alone, without sockets in the temp folder', async () => {
    const rows = await ask(
      "select name, setting from pg_settings where name in ('listen_addresses', 'unix_socket_directories', 'fsync')",
    );
    expect(Object.fromEntries(rows.map((row) => [row.name, row.setting]))).toEqual({
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      fsync: 'off',
    });
  });

  it('wants its password, which only its owner can read', async () => {
    const url = new URL(server.url);
    url.password = 'guess';
    await expect(ask('select 1', url.href)).rejects.toThrow('password authentication failed');
    expect(statSync(join(dataDir, 'password')).mode & 0o777).toBe(0o600);
  });

  it('keeps its data and its port over a restart', async () => {
    await ask('insert into kept values (1)');
    const { port } = server;
    await server.stop();
    server = await startPostgres({ dataDir, port, settings: FAST });
    expect(await ask('select n from kept')).toEqual([{ n: 1 }]);
    expect(server.port).toBe(port);
  });

  it('starts again after kill -9', async () => {
    await ask('insert into kept values (2)');
    await server.kill9();
    expect(readdirSync(join(dataDir, 'cluster'))).toContain('postmaster.pid');
    server = await startPostgres({ dataDir, settings: FAST });
    expect(await ask('select count(*)::int as n from kept')).toEqual([{ n: 2 }]);
  });

  it('starts though the process that its pid file names is somebody else by now', async () => {
    await server.kill9();
    const file = join(dataDir, 'cluster', 'postmaster.pid');
    const lines = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, [String(process.pid), ...lines.slice(1)].join('\n'));
    server = await startPostgres({ dataDir, settings: FAST });
    expect(await ask('select 1 as n')).toEqual([{ n: 1 }]);
  });

  it('begins anew when an earlier first start was cut off halfway', async () => {
    const fresh = join(directory, 'halfway');
    const first = await startPostgres({ dataDir: fresh, settings: FAST });
    await first.stop();
    rmSync(join(fresh, 'cluster', 'global'), { recursive: true });
    // A half-made cluster bears another name until it is complete.
    const { renameSync } = await import('node:fs');
    renameSync(join(fresh, 'cluster'), join(fresh, 'cluster.new'));
    const second = await startPostgres({ dataDir: fresh, settings: FAST });
    expect(await ask('select 1 as n', second.url)).toEqual([{ n: 1 }]);
    await second.stop();
  });

  it('says what its log says when it cannot start', async () => {
    const options = { dataDir: join(directory, 'wrong'), port: server.port, settings: FAST };
    await expect(startPostgres(options)).rejects.toThrow(/could not bind.*in use/is);
  });

  it('takes a second start on the same directory for a leftover, and ends the first', async () => {
    const second = await startPostgres({ dataDir, settings: FAST });
    expect(await server.ended).toContain('exited with code 0');
    server = second;
    expect(await ask('select count(*)::int as n from kept')).toEqual([{ n: 2 }]);
  });
});
