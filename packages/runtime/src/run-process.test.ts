import { eventually, type StartedProcess, startProcess } from '@freshet/testing';

const FIXTURE = 'packages/runtime/src/run-process.fixture.ts';
/** What a worker can't be without; the fixture connects to neither. */
const SERVERS = { DATABASE_URL: 'postgres://u:p@h/d', REDIS_URL: 'redis://h' };
let started: StartedProcess;
afterEach(() => started.kill9());

async function run(env: Record<string, string> = {}) {
  started = startProcess(FIXTURE, { ...SERVERS, ...env });
  const line = await started.ready;
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${line.health_port}${path}`);
    return { status: response.status, text: await response.text() };
  };
  const act = (path: string) => fetch(`http://127.0.0.1:${line.port}${path}`);
  return { line, get, act };
}

describe('runProcess', () => {
  it('serves health and metrics on a free port, and says in one line when it is ready', async () => {
    const { line, get } = await run();
    expect(line).toEqual({ ready: true, name: 'worker', port: expect.any(Number), health_port: expect.any(Number) });
    expect(started.stdout().trim().split('\n')).toHaveLength(1);
    expect(await get('/livez')).toMatchObject({ status: 200 });
    const ready = await get('/readyz');
    expect({ status: ready.status, ...JSON.parse(ready.text) }).toEqual({
      status: 200,
      ready: true,
      checks: { started: 'ok', database: 'ok' },
    });
    expect((await get('/metrics')).text).toContain('fixture_total{process="worker"} 1');
    expect(await get('/else')).toMatchObject({ status: 404 });
    // An address that isn't one ended the process once.
    expect(await get('//')).toMatchObject({ status: 404 });
    expect(await get('/livez?probe=1')).toMatchObject({ status: 200 });
  });

  it('is not ready, but alive, while one of its checks fails; why, the log knows, and tells it once', async () => {
    const { get, act } = await run();
    await act('/sick');
    const ready = await get('/readyz');
    expect(ready.status).toBe(503);
    expect(JSON.parse(ready.text).checks).toEqual({ started: 'ok', database: 'not ready' });
    expect((await get('/readyz')).text).toBe(ready.text);
    const told = /"check":"database".*ECONNREFUSED|ECONNREFUSED.*"check":"database"/g;
    await eventually(() => expect(started.stderr().match(told)).toHaveLength(1));
    expect(await get('/livez')).toMatchObject({ status: 200 });
  });

  it('names the variable when its health port is in use', async () => {
    const { line } = await run();
    const second = startProcess(FIXTURE, { ...SERVERS, HEALTH_PORT: String(line.health_port) });
    expect(await second.ended).toEqual({ code: 78, signal: null });
    expect(second.stderr()).toContain(`HEALTH_PORT: port ${line.health_port} of 127.0.0.1 is in use`);
    expect(second.stderr()).not.toContain('    at ');
  });

  it('ends well at SIGTERM while it waits for a server', async () => {
    started = startProcess(FIXTURE, { ...SERVERS, FIXTURE: 'waits' });
    await eventually(() => expect(started.stderr()).toContain('waiting for Postgres'));
    expect(await started.terminate()).toEqual({ code: 0, signal: null });
    expect(started.stderr()).not.toContain('could not start');
  });

  it('ends well at SIGTERM while a server that it has asked is silent', async () => {
    started = startProcess(FIXTURE, { ...SERVERS, FIXTURE: 'hangs', DRAIN_TIMEOUT: '2s' });
    await eventually(() => expect(started.stderr()).toContain('begins'), { withinMs: 60_000 });
    expect(await started.terminate()).toEqual({ code: 0, signal: null });
  }, 90_000);

  it('drains what it has become when SIGTERM comes while it starts, and is never ready', async () => {
    started = startProcess(FIXTURE, { ...SERVERS, FIXTURE: 'slow-start' });
    started.ready.catch(() => {});
    await eventually(() => expect(started.stderr()).toContain('begins'), { withinMs: 60_000 });
    expect(await started.terminate()).toEqual({ code: 0, signal: null });
    expect(started.stderr()).toContain('drains within');
    expect(started.stdout()).toBe('');
  }, 90_000);

  it('drains at SIGTERM: not ready first, then its work ends, then exit 0', async () => {
    const { get, act } = await run({ FIXTURE: 'slow-drain' });
    const ended = started.terminate();
    await eventually(async () => expect(await get('/readyz')).toMatchObject({ status: 503 }));
    await act('/release');
    expect(await ended).toEqual({ code: 0, signal: null });
  });

  it.each([
    ['25s', 22],
    ['10s', 8],
    ['120s', 117],
  ])('of a DRAIN_TIMEOUT of %s leaves %i s to what has begun, and the rest to letting go', async (within, seconds) => {
    await run({ DRAIN_TIMEOUT: within });
    expect(await started.terminate()).toEqual({ code: 0, signal: null });
    expect(started.stderr()).toContain(`drains within ${seconds} s`);
  });

  it('ends at once at the second signal, but not when one wish comes twice', async () => {
    const { get } = await run({ FIXTURE: 'slow-drain' });
    // Two of a kind, one behind the other, could come as one.
    void started.terminate();
    process.kill(started.pid, 'SIGINT');
    await eventually(async () => expect(await get('/readyz')).toMatchObject({ status: 503 }));
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(await get('/livez')).toMatchObject({ status: 200 });
    // What is let go of twice may fail the second time.
    expect(started.stderr().match(/drains within/g)).toHaveLength(1);
    expect(await started.terminate()).toEqual({ code: 1, signal: null });
  });

  it('goes on working for DRAIN_DELAY, while whoever sends it work learns that it is not ready', async () => {
    const { get } = await run({ DRAIN_DELAY: '10min' });
    void started.terminate();
    await eventually(async () => expect(await get('/readyz')).toMatchObject({ status: 503 }));
    expect(await get('/livez')).toMatchObject({ status: 200 });
    expect(started.stderr()).not.toContain('drains within');
  });

  it('ends a drain that takes too long', async () => {
    await run({ FIXTURE: 'slow-drain', DRAIN_TIMEOUT: '100ms' });
    expect(await started.terminate()).toEqual({ code: 1, signal: null });
  });

  it('logs an error that nobody caught, and exits with 1', async () => {
    const { act } = await run();
    await act('/reject').catch(() => {});
    expect(await started.ended).toEqual({ code: 1, signal: null });
    expect(started.stderr()).toContain('nobody caught this');
  });

  it('has what Node warns of in its log, where every line is JSON', async () => {
    const { act } = await run();
    await act('/warn');
    await eventually(() => expect(started.stderr()).toContain('-27 is a negative number'));
    for (const line of started.stderr().trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
  });

  it('drains and asks to be started again when its memory is full', async () => {
    const { act } = await run();
    await act('/memory').catch(() => {});
    expect(await started.ended).toEqual({ code: 75, signal: null });
  });

  it.each([
    ['its own variables', { HEALTH_PORT: 'x', LOG_LEVEL: 'loud' }, ['HEALTH_PORT', 'LOG_LEVEL']],
    ["the process's variables", { RETENTION_DAYS: 'ever' }, ['RETENTION_DAYS']],
    [
      'both at once',
      { LOG_LEVEL: 'loud', REDIS_URL: '', YAHOO_LIMITS: 'many' },
      ['LOG_LEVEL', 'REDIS_URL', 'YAHOO_LIMITS'],
    ],
    ['a drain longer than timers can count', { DRAIN_TIMEOUT: '30d' }, ['DRAIN_TIMEOUT', 'at most 24 days']],
    ['what it finds when it connects', { FIXTURE: 'late-config' }, ['wrong policy']],
  ])('refuses to start with exit code 78 for %s', async (_, env, named) => {
    started = startProcess(FIXTURE, { ...SERVERS, ...env });
    expect(await started.ended).toEqual({ code: 78, signal: null });
    for (const name of named) expect(started.stderr()).toContain(name);
  });
});
