import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { currentTrace, startTracing, withSpan } from './index.ts';

describe('tracing', () => {
  it('costs nothing and goes nowhere until it is started', async () => {
    expect(await withSpan('quiet', {}, async () => currentTrace())).toEqual({});
  });

  it('sends spans to a collector, and goes on with a trace that came from elsewhere', async () => {
    const received: string[] = [];
    const collector = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += String(chunk);
      });
      request.on('end', () => {
        received.push(`${request.url} ${body}`);
        response.end('{}');
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    const { port } = collector.address() as AddressInfo;
    const tracing = await startTracing({ name: 'test', endpoint: `http://127.0.0.1:${port}` });
    const parent = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
    const inside = await withSpan('plan', { attributes: { symbols: 3 }, parent }, async () => currentTrace());
    await expect(withSpan('fails', { kind: 'SERVER' }, () => Promise.reject(new Error('no answer')))).rejects.toThrow(
      'no answer',
    );
    await tracing.stop();
    collector.close();

    expect(inside.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/);
    const text = received.filter((each) => each.startsWith('/v1/traces')).join('\n');
    for (const part of ['freshet-test', 'plan', '0af7651916cd43dd8448eb211c80319c', 'no answer'])
      expect(text).toContain(part);
  });
});
