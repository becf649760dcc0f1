import { PROVIDERS } from '@freshet/providers/registry';
import { startProcess } from '@freshet/testing';
import { readCommandLine } from './command-line.ts';
import { SCENARIOS } from './scenarios/catalogue.ts';
import { createSimulation } from './simulation.ts';

describe('the command', () => {
  test('runs a scenario on a port of its own until it is told to stop', async () => {
    const child = startProcess('apps/simulator/src/main.ts', { LOG_LEVEL: 'warn' }, [
      '--port',
      '0',
      '--scenario',
      'yahoo-outage',
    ]);
    const { port, name } = await child.ready;
    expect(name).toBe('simulator');
    expect((await fetch(`http://127.0.0.1:${port}/yahoo/v8/finance/chart/AAPL`)).status).toBe(503);
    const { data } = (await (await fetch(`http://127.0.0.1:${port}/_simulator/calls`)).json()) as { data: object[] };
    expect(data).toHaveLength(1);
    expect(data[0]).toMatchObject({ provider: 'yahoo', faults: ['outage'] });
    expect(await child.terminate()).toEqual({ code: 0, signal: null });
  });

  test('reads all of its options', () => {
    const asked = readCommandLine(
      ['--port=0', '--scenario', 'flaky', '--scenario', 'dripping', '--seed', '9', '--latency', '50-500'].concat([
        '--limits',
        'yahoo=60/min',
        '--no-limits',
        '--clock-rate',
        '60',
        '--now',
        '2026-01-01T00:00:00Z',
        '--symbols',
        '2000',
      ]),
    );
    expect(asked).toEqual({
      run: {
        port: 0,
        host: '127.0.0.1',
        scenarios: ['flaky', 'dripping'],
        seed: 9,
        latency: { minMs: 50, maxMs: 500 },
        limits: 'yahoo=60/min',
        noLimits: true,
        clockRate: 60,
        now: new Date('2026-01-01T00:00:00Z'),
        extraSymbols: 2000,
      },
    });
  });

  test('lists scenarios and faults for people', () => {
    const asked = readCommandLine(['--list']);
    expect('print' in asked && asked.print).toMatch(/yahoo-outage[\s\S]*poisoned-crumb/);
  });
});

describe('every scenario', () => {
  test.each(SCENARIOS.map(({ name }) => name))('%s can be started', (name) => {
    expect(() => createSimulation({ providers: PROVIDERS, scenarios: [name] })).not.toThrow();
  });
});
