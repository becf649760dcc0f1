import { createServer as createTls } from 'node:https';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { LookupAddress } from 'node:dns';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { isPublicAddress, refuseUrl } from './address.ts';
import type { Resolve } from './agent.ts';
import { createDeliverer, type Deliverer } from './deliver.ts';
import { MOST_ATTEMPTS, nextAttemptInMs } from './retry.ts';
import { newSecret, signWebhook } from './sign.ts';
import { verifyWebhook } from './verify.ts';

const servers: Server[] = [];
const deliverers: Deliverer[] = [];
afterEach(async () => {
  await Promise.all(deliverers.splice(0).map((each) => each.close()));
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function deliverer(rules: Parameters<typeof createDeliverer>[0]): Deliverer {
  const made = createDeliverer(rules);
  deliverers.push(made);
  return made;
}

const secret = newSecret();
const message = { id: 'ref_1.refresh.completed', body: '{"type":"refresh.completed"}', secrets: [secret] };
const here: Resolve = (_hostname, _options, answer) => answer(null, [{ address: '127.0.0.1', family: 4 }]);

describe('addresses', () => {
  test.each([
    ['http://example.com/', 'only https is called'],
    ['ftp://example.com/', 'only https is called'],
    ['file:///etc/passwd', 'only https is called'],
    ['https://user:pw@example.com/', 'a URL with a user or password is not called'],
    ['https://user@example.com/', 'a URL with a user or password is not called'],
    ['https://:pw@example.com/', 'a URL with a user or password is not called'],
    ['https://example.com:22/', 'only ports 443 and 8443 are called'],
    ['https://127.0.0.1/', 'the address is not public'],
    ['https://2130706433/', 'the address is not public'],
    ['https://0x7f.1/', 'the address is not public'],
    ['https://127.1/', 'the address is not public'],
    ['https://0/', 'the address is not public'],
    ['https://[::1]/', 'the address is not public'],
    ['https://[::ffff:127.0.0.1]/', 'the address is not public'],
    ['https://[::127.0.0.1]/', 'the address is not public'],
    ['https://[64:ff9b::7f00:1]/', 'the address is not public'],
    ['https://[2002:7f00:1::]/', 'the address is not public'],
    ['https://[fd00::1]/', 'the address is not public'],
    ['https://169.254.169.254/latest/meta-data/', 'the address is not public'],
    ['https://10.0.0.1:8443/', 'the address is not public'],
    ['https://100.64.0.1/', 'the address is not public'],
    ['https://localhost/', 'the name is not a public one'],
    ['https://LOCALHOST./', 'the name is not a public one'],
    ['https://printer.local/', 'the name is not a public one'],
    ['https://metadata.google.internal/', 'the name is not a public one'],
    ['https://router.home.arpa/', 'the name is not a public one'],
    ['https://local.example.com/', null],
    ['https://notlocalhost/', null],
    ['not a url', 'not a URL'],
    ['https://example.com/hook', null],
    ['https://example.com:8443/hook', null],
    ['https://8.8.8.8/hook', null],
    ['https://[2606:4700::1111]/hook', null],
  ])('%s: %s', (url, because) => {
    expect(refuseUrl(url)).toBe(because);
  });

  test('where private hosts are allowed, http is too, and nothing else', () => {
    const lenient = { allowPrivate: true };
    expect(refuseUrl('http://127.0.0.1:3000/hook', lenient)).toBeNull();
    expect(refuseUrl('https://localhost/hook', lenient)).toBeNull();
    expect(refuseUrl('ftp://127.0.0.1/hook', lenient)).toBe('only https is called');
    expect(refuseUrl('http://user:pw@127.0.0.1/', lenient)).toBe('a URL with a user or password is not called');
  });

  test('what isn’t an address isn’t a public one', () => {
    for (const text of ['', 'localhost', '1.2.3', '::g', '999.1.1.1']) expect(isPublicAddress(text)).toBe(false);
  });
});

describe('signatures', () => {
  const now = () => new Date();

  test('whoever has the secret, or its predecessor, verifies; a changed body, id, time or secret doesn’t pass', () => {
    const [old, current] = [newSecret(), newSecret()];
    const headers = signWebhook({ ...message, at: now(), secrets: [current, old] });
    expect(verifyWebhook(message.body, headers, [current])).toBe(true);
    expect(verifyWebhook(Buffer.from(message.body), headers, [old])).toBe(true);
    expect(verifyWebhook(message.body, headers, [newSecret(), current])).toBe(true);
    expect(verifyWebhook(message.body, headers, [newSecret()])).toBe(false);
    expect(verifyWebhook(message.body, headers, [])).toBe(false);
    expect(verifyWebhook(`${message.body} `, headers, [current])).toBe(false);
    expect(verifyWebhook(message.body, { ...headers, 'webhook-id': 'other' }, [current])).toBe(false);
    expect(verifyWebhook(message.body, { ...headers, 'webhook-signature': 'v1,AAAA' }, [current])).toBe(false);
    expect(verifyWebhook(message.body, { ...headers, 'webhook-signature': 'v1' }, [current])).toBe(false);
    expect(verifyWebhook(message.body, { 'webhook-id': 'x' }, [current])).toBe(false);
    expect(verifyWebhook(message.body, { ...headers, 'webhook-id': ['a', 'b'] }, [current])).toBe(false);
  });

  test('a message of more than five minutes ago, or from as far ahead, doesn’t pass', () => {
    for (const minutes of [-6, 6]) {
      const at = new Date(Date.now() + minutes * 60_000);
      expect(verifyWebhook(message.body, signWebhook({ ...message, at }), [secret])).toBe(false);
    }
  });

  test('the signature is that of the specification', () => {
    // The example of the Standard Webhooks reference implementations.
    const headers = signWebhook({
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      at: new Date(1_614_265_330_000),
      body: '{"test": 2432232314}',
      secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    });
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });
});

describe('delivering', () => {
  test('a receiver gets the body as it was signed, and can verify it', async () => {
    let received: { body: string; headers: IncomingHttpHeaders } | null = null;
    const port = await serve((request, response) => {
      let body = '';
      request.on('data', (piece) => {
        body += String(piece);
      });
      request.on('end', () => {
        received = { body, headers: request.headers };
        response.end('thanks');
      });
    });
    const result = await deliverer({ allowPrivate: true }).deliver({
      ...message,
      url: `http://127.0.0.1:${port}/hook`,
    });
    expect(result).toMatchObject({ kind: 'delivered', status: 200, responseBody: 'thanks' });
    const { body, headers } = received as unknown as { body: string; headers: IncomingHttpHeaders };
    expect(headers['content-type']).toBe('application/json');
    expect(headers['webhook-id']).toBe(message.id);
    expect(verifyWebhook(body, headers, [secret])).toBe(true);
  });

  test.each([
    ['404', 404, {}, { kind: 'retry', because: 'answered 404', retryAfterMs: null }],
    ['500', 500, {}, { kind: 'retry', because: 'answered 500' }],
    ['400', 400, {}, { kind: 'retry', because: 'answered 400' }],
    ['300', 300, {}, { kind: 'retry', because: 'redirects are not followed' }],
    [
      'Retry-After of a day that is over',
      503,
      { 'retry-after': 'Fri, 31 Dec 1999 23:59:59 GMT' },
      { retryAfterMs: null },
    ],
    ['Retry-After of nothing', 503, { 'retry-after': '0' }, { retryAfterMs: null }],
    ['Retry-After that is no time', 503, { 'retry-after': 'soon' }, { retryAfterMs: null }],
    ['503 with Retry-After', 503, { 'retry-after': '120' }, { kind: 'retry', retryAfterMs: 120_000 }],
    ['410', 410, {}, { kind: 'gone', status: 410 }],
    [
      'a redirect',
      302,
      { location: 'http://169.254.169.254/' },
      { kind: 'retry', because: 'redirects are not followed' },
    ],
  ])('%s', async (_name, status, headers, expected) => {
    let hits = 0;
    const port = await serve((_request, response) => {
      hits += 1;
      response.writeHead(status, headers).end('no');
    });
    const result = await deliverer({ allowPrivate: true }).deliver({ ...message, url: `http://127.0.0.1:${port}/` });
    expect(result).toMatchObject(expected);
    expect(hits).toBe(1);
  });

  test('a receiver may say with a date when it wants to be tried again', async () => {
    const at = new Date(Date.now() + 3_600_000).toUTCString();
    const port = await serve((_request, response) => void response.writeHead(503, { 'retry-after': at }).end());
    const result = await deliverer({ allowPrivate: true }).deliver({ ...message, url: `http://127.0.0.1:${port}/` });
    const { retryAfterMs } = result as { retryAfterMs: number };
    expect(retryAfterMs).toBeGreaterThan(3_000_000);
    expect(retryAfterMs).toBeLessThanOrEqual(3_600_000);
  });

  test('an answer that comes in pieces is kept whole', async () => {
    const port = await serve((_request, response) => {
      response.write('one, ');
      setTimeout(() => response.end('two'), 20);
    });
    const result = await deliverer({ allowPrivate: true }).deliver({ ...message, url: `http://127.0.0.1:${port}/` });
    expect(result.responseBody).toBe('one, two');
  });

  test('a receiver that never answers, or sends its head drop by drop, costs the time-out and no more', async () => {
    const port = await serve((request, response) => {
      if (request.url === '/silent') return;
      response.socket?.write('HTTP/1.1 200 OK\r\nX-');
    });
    for (const path of ['silent', 'slow']) {
      const result = await deliverer({ allowPrivate: true, timeoutMs: 150 }).deliver({
        ...message,
        url: `http://127.0.0.1:${port}/${path}`,
      });
      expect(result).toMatchObject({ kind: 'retry', because: 'no answer in time', status: null });
    }
  });

  test('a receiver may take longer than a connection', async () => {
    const port = await serve((_request, response) => void setTimeout(() => response.writeHead(204).end(), 7_500));
    const result = await deliverer({ allowPrivate: true }).deliver({ ...message, url: `http://127.0.0.1:${port}/` });
    expect(result).toMatchObject({ kind: 'delivered', status: 204 });
  });

  test('of an endless answer a kilobyte is read, and its status counts', async () => {
    const port = await serve((_request, response) => {
      response.writeHead(200);
      const pour = () => {
        while (response.write('x'.repeat(16_384)));
      };
      response.on('drain', pour);
      pour();
    });
    const result = await deliverer({ allowPrivate: true }).deliver({ ...message, url: `http://127.0.0.1:${port}/` });
    expect(result).toMatchObject({ kind: 'delivered', status: 200 });
    expect(result.responseBody.length).toBe(1_024);
  });

  test('nobody there is a reason to try again', async () => {
    const result = await deliverer({ allowPrivate: true }).deliver({ ...message, url: 'http://127.0.0.1:1/' });
    expect(result).toMatchObject({ kind: 'retry', because: 'ECONNREFUSED', status: null });
  });
});

describe('hostile receivers', () => {
  test('no spelling of this machine is reached', async () => {
    let hits = 0;
    const port = await serve((_request, response) => {
      hits += 1;
      response.end();
    });
    const strict = deliverer({});
    const spellings = [
      '127.0.0.1',
      'localhost',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '0.0.0.0',
      '2130706433',
      '0x7f.1',
      '127.1',
    ];
    for (const host of spellings) {
      for (const scheme of ['http', 'https']) {
        const result = await strict.deliver({ ...message, url: `${scheme}://${host}:${port}/` });
        expect(result.kind).toBe('refused');
      }
    }
    expect((await strict.deliver({ ...message, url: 'https://localhost/' })).kind).toBe('refused');
    expect(hits).toBe(0);
  });

  test('a public name that resolves to this machine, or to it among others, is refused before any connection', async () => {
    const answers: LookupAddress[][] = [
      [{ address: '127.0.0.1', family: 4 }],
      [
        { address: '8.8.8.8', family: 4 },
        { address: '10.0.0.1', family: 4 },
      ],
      [{ address: '::1', family: 6 }],
      [],
    ];
    for (const addresses of answers) {
      const strict = deliverer({ resolve: (_hostname, _options, answer) => answer(null, addresses) });
      expect(await strict.deliver({ ...message, url: 'https://hooks.example.com/' })).toMatchObject({
        kind: 'refused',
        because: 'the name resolves to an address that is not public',
      });
    }
  });

  test('a name that can’t be resolved is tried again: its server may be back', async () => {
    const lost: NodeJS.ErrnoException = Object.assign(new Error('no name server'), { code: 'EAI_AGAIN' });
    const strict = deliverer({ resolve: (_hostname, _options, answer) => answer(lost, []) });
    expect(await strict.deliver({ ...message, url: 'https://hooks.example.com/' })).toMatchObject({
      kind: 'retry',
      because: 'EAI_AGAIN',
    });
  });

  test('a name is asked for once per connection, so that a second answer never counts', async () => {
    let asked = 0;
    const port = await serve((_request, response) => void response.end());
    const lenient = deliverer({
      allowPrivate: true,
      resolve: (hostname, options, answer) => {
        asked += 1;
        here(hostname, options, answer);
      },
    });
    expect((await lenient.deliver({ ...message, url: `http://hooks.example.com:${port}/` })).kind).toBe('delivered');
    expect(asked).toBe(1);
  });

  test('a certificate that nobody vouches for is not trusted', async () => {
    let hits = 0;
    const server = createTls({}, () => {
      hits += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const result = await deliverer({ allowPrivate: true }).deliver({ ...message, url: `https://127.0.0.1:${port}/` });
    expect(result.kind).toBe('retry');
    expect(hits).toBe(0);
    server.close();
  });
});

describe('the retry schedule', () => {
  test('nine more attempts over a day: soon at first, then further apart, then never', () => {
    const waits = Array.from({ length: 10 }, (_, index) => nextAttemptInMs(index + 1, 0));
    expect(waits.slice(0, 3)).toEqual([5_000, 30_000, 300_000]);
    expect(waits[9]).toBeNull();
    const total = waits.reduce<number>((sum, wait) => sum + (wait ?? 0), 0);
    expect(total).toBeGreaterThan(20 * 3_600_000);
    expect(total).toBeLessThanOrEqual(24 * 3_600_000);
  });

  test('there is no wait after the last attempt, nor after one that was made beyond it', () => {
    expect(nextAttemptInMs(MOST_ATTEMPTS - 1, 0)).not.toBeNull();
    expect(nextAttemptInMs(MOST_ATTEMPTS, 0)).toBeNull();
    expect(nextAttemptInMs(MOST_ATTEMPTS + 1, 0)).toBeNull();
  });

  test('whatever chance says, it waits at least four fifths of the plan, and never less than the receiver asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempts, random) => {
          const plan = nextAttemptInMs(attempts, 0) as number;
          const wait = nextAttemptInMs(attempts, random) as number;
          expect(wait).toBeGreaterThanOrEqual(Math.floor(0.8 * plan));
          expect(wait).toBeLessThanOrEqual(plan);
        },
      ),
    );
    expect(nextAttemptInMs(1, 0, { retryAfterMs: 60_000 })).toBe(60_000);
    expect(nextAttemptInMs(1, 0, { retryAfterMs: 100 * 86_400_000 })).toBe(10 * 3_600_000);
  });

  test('a minute before the day ends there is one more attempt, at its end; later there is none', () => {
    const minute = 60_000;
    const ends = 24 * 60 * minute - minute;
    expect(nextAttemptInMs(5, 0, { ageMs: ends - minute })).toBe(minute);
    expect(nextAttemptInMs(5, 0, { ageMs: ends - minute + 1 })).toBeNull();
    expect(nextAttemptInMs(1, 0, { ageMs: ends + minute })).toBeNull();
  });

  test('whatever the receiver asks for each time, the last attempt begins within the day, and not before it ends', () => {
    const hour = 3_600_000;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 * hour }), { minLength: 10, maxLength: 10 }), (asked) => {
        let ageMs = 0;
        let attempts = 1;
        for (;;) {
          const wait = nextAttemptInMs(attempts, 0, { retryAfterMs: asked[attempts - 1] as number, ageMs });
          if (wait === null) break;
          ageMs += wait;
          attempts += 1;
        }
        expect(ageMs).toBeLessThan(24 * hour);
        expect(ageMs).toBeGreaterThan(23 * hour);
      }),
    );
  });
});
