import { setImmediate as turn } from 'node:timers/promises';
import { createLogger, logAlso, logWith, redact } from './index.ts';

const CANARY = 'canary5f3c9b';

function linesOf(write: (log: ReturnType<typeof createLogger>) => void, secrets: string[] = []): string {
  let text = '';
  write(createLogger({ name: 'test', secrets, to: { write: (line) => void (text += line) } }));
  return text;
}

describe('createLogger', () => {
  it('writes JSON lines with an ISO time and the level in words', () => {
    const line = JSON.parse(linesOf((log) => log.info({ refresh_id: 'ref_1' }, 'planned')));
    expect(line).toMatchObject({ level: 'info', name: 'test', refresh_id: 'ref_1', msg: 'planned' });
    expect(line.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('carries the job and what is found out about it on every line of its work, and on no other', async () => {
    const lines: Record<string, unknown>[] = [];
    const log = createLogger({ name: 'test', to: { write: (line) => void lines.push(JSON.parse(line)) } });
    const job = (id: string) =>
      logWith({ job: id }, async () => {
        log.info('begins');
        await turn();
        logAlso({ request_id: `req_${id}` });
        await turn();
        log.info({ provider: 'yahoo' }, 'ends');
      });
    await Promise.all([job('a'), job('b')]);
    log.info('outside');
    const seen = lines.map(({ job: id, request_id, msg }) => [msg, id, request_id]);
    expect(seen).toEqual([
      ['begins', 'a', undefined],
      ['begins', 'b', undefined],
      ['ends', 'a', 'req_a'],
      ['ends', 'b', 'req_b'],
      ['outside', undefined, undefined],
    ]);
  });

  it.each<[string, (log: ReturnType<typeof createLogger>) => void]>([
    ['a header', (log) => log.info({ req: { headers: { authorization: `Bearer ${CANARY}` } } })],
    ['a cookie', (log) => log.info({ req: { headers: { Cookie: `session=${CANARY}; a="b"` } } })],
    ['a list of cookies', (log) => log.info({ headers: { 'set-cookie': [`a=${CANARY}`, `b=${CANARY}`] } })],
    ['a deep key', (log) => log.info({ a: { b: { c: { d: { apiKey: CANARY } } } } })],
    ['a query string', (log) => log.info({ url: `https://x.example/quote?symbol=A&apikey=${CANARY}` })],
    ['a message', (log) => log.info(`GET /q?token=${CANARY} failed`)],
    ['an error and its stack', (log) => log.error({ err: new Error(`GET https://u:${CANARY}@h/ said 403`) })],
    ['JSON inside a string', (log) => log.info({ body: JSON.stringify({ password: CANARY, quoted: `"x"` }) })],
    [
      'JSON inside JSON inside a string',
      (log) => log.info({ body: JSON.stringify({ inner: JSON.stringify({ token: CANARY }) }) }),
    ],
    ['a value with quotes', (log) => log.info({ secret: `"${CANARY}"` })],
  ])('keeps the secret in %s to itself', (_, write) => {
    const text = linesOf(write);
    expect(text).not.toContain(CANARY);
    expect(text).toContain('[redacted]');
    expect(() => JSON.parse(text)).not.toThrow();
  });

  it('strikes out known secrets wherever they are, encoded too', () => {
    const secret = `k/${CANARY}=`;
    const text = linesOf((log) => log.info({ anything: `x${secret}y ${encodeURIComponent(secret)}` }), [secret]);
    expect(text).not.toContain(CANARY);
  });

  it('leaves what is no secret', () => {
    const text = redact('{"symbol":"AAPL","url":"https://h/q?symbol=AAPL&limit=5","tokens":12,"price":"1.5"}');
    expect(text).toBe('{"symbol":"AAPL","url":"https://h/q?symbol=AAPL&limit=5","tokens":12,"price":"1.5"}');
  });
});
