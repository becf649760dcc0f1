import { createMetrics } from './index.ts';

describe('createMetrics', () => {
  it('gives the same metric for the same name, and writes them all', async () => {
    const metrics = createMetrics('worker', { own: false });
    const spec = { name: 'provider_calls_total', help: 'Calls', labels: ['provider'] };
    metrics.counter(spec).inc({ provider: 'yahoo' });
    metrics.counter(spec).inc({ provider: 'yahoo' });
    metrics.gauge({ name: 'waiting', help: 'Waiting', collect: (gauge) => gauge.set(7) });
    metrics.histogram({ name: 'call_seconds', help: 'Seconds', buckets: [1, 2] }).observe(1.5);
    metrics.append(() => 'somebody_elses 1');
    const text = await metrics.text();
    expect(text).toContain('provider_calls_total{provider="yahoo",process="worker"} 2');
    expect(text).toContain('waiting{process="worker"} 7');
    expect(text).toContain('call_seconds_bucket{le="2",process="worker"} 1');
    expect(text).toContain('somebody_elses 1');
  });

  it("includes Node's own, event loop lag among them", async () => {
    expect(await createMetrics('api').text()).toContain('nodejs_eventloop_lag_p99_seconds');
  });
});
