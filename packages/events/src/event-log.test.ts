import { eventually, ownRedis, testRedis, withDatabase } from '@freshet/testing';
import { readEpoch } from './epoch.ts';
import { type EventLog, eventLog, listener, staff, user } from './log.fixture.ts';
import { lastEntry, publish, streamKey } from './stream.ts';
import { streamedSymbols, tellStreamed } from './streamed.ts';

const redis = testRedis();
const { url: databaseUrl } = await withDatabase();
const logs: EventLog[] = [];
afterEach(async () => {
  await Promise.all(logs.splice(0).map((log) => log.end()));
});
afterAll(() => redis.cleanup());

let run = 0;
async function fresh(url = redis.url): Promise<EventLog> {
  run += 1;
  const log = await eventLog(databaseUrl, url, `${redis.prefix}-${run}`);
  logs.push(log);
  return log;
}

const price = (symbol: string, at = 0) => ({ symbol, price: 100 + at });
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

const rowText = (last: number, first = last) =>
  JSON.stringify({
    first,
    last,
    type: 'alert',
    userId: null,
    at: '2026-01-01T00:00:00.000Z',
    items: upTo(last, first).map(() => ({})),
  });

describe('relaying', () => {
  test('what is committed reaches a client, each item under a number of its own, in order and without holes', async () => {
    const log = await fresh();
    log.relay();
    const reader = await log.reader();
    const client = listener();
    reader.subscribe({ viewer: staff }, client);
    await log.write([price('AAPL'), price('MSFT'), price('GOOG')]);
    await log.write([{ refresh_id: 'ref_1', progress: 0.5 }], { type: 'refresh_progress' });
    await log.write([price('AAPL', 1)]);
    await eventually(() => expect(client.numbers).toEqual([1, 2, 3, 4, 5]));
    expect(client.messages.map(({ type }) => type)).toEqual([
      'price_update',
      'price_update',
      'price_update',
      'refresh_progress',
      'price_update',
    ]);
    expect(client.messages[4]?.data).toEqual({ symbol: 'AAPL', price: 101 });
  });

  test('of two relays one leads, and when it ends the other goes on where it stopped', async () => {
    const log = await fresh();
    const first = log.relay();
    await eventually(() => expect(first.leading).toBe(true));
    const second = log.relay();
    const reader = await log.reader();
    const client = listener();
    reader.subscribe({ viewer: staff }, client);
    await log.write([price('AAPL')]);
    await eventually(() => expect(client.numbers).toEqual([1]));
    expect(second.leading).toBe(false);
    await first.close();
    await log.write([price('AAPL')]);
    await eventually(() => expect(client.numbers).toEqual([1, 2]));
    expect([first.leading, second.leading]).toEqual([false, true]);
  });

  test('a row that was numbered by a relay that died before publishing it is published by the next one', async () => {
    const log = await fresh();
    await log.write([price('AAPL'), price('MSFT')]);
    await log.outbox.numberNext(10);
    const reader = await log.reader();
    const client = listener();
    reader.subscribe({ viewer: staff }, client, 0);
    await log.write([price('GOOG')]);
    log.relay();
    await eventually(() => expect(client.numbers).toEqual([1, 2, 3]));
    expect(await log.redis.xlen(streamKey(log.prefix))).toBe(2);
  });

  test('a relay that lost its lock in the middle of numbering and the next one never number the same row twice', async () => {
    const log = await fresh();
    await log.write([price('AAPL')]);
    await log.write([price('MSFT')]);
    const lost = await log.pool.connect();
    await lost.query('begin');
    await lost.query('update events set number = id - (select min(id) from events) + 1');
    // The next one has read the rows without numbers and waits for them.
    const next = log.outbox.numberNext(10);
    await eventually(async () => {
      const { rows } = await log.pool.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      expect(rows.length).toBeGreaterThan(0);
    });
    await lost.query('commit');
    lost.release();
    expect(await next).toEqual([]);
    expect((await log.outbox.since(0, 10)).map(({ last }) => last)).toEqual([1, 2]);
  });

  test('a relay that comes out of a hang to what another has published meanwhile goes on with that stream when it leads again', async () => {
    const log = await fresh();
    const key = streamKey(log.prefix);
    const warnings: string[] = [];
    let hung = new AbortController();
    const relay = log.relay({
      log: { info: () => {}, warn: (_: unknown, text?: string) => void warnings.push(String(text)) } as never,
      outbox: {
        ...log.outbox,
        withRelayLock: (work, stop) =>
          log.outbox.withRelayLock((lost) => {
            hung = new AbortController();
            return work(AbortSignal.any([lost, hung.signal]));
          }, stop),
        async numberNext(limit) {
          const rows = await log.outbox.numberNext(limit);
          if (rows[0]?.first !== 1) return rows;
          hung.abort();
          await publish(log.redis, key, await readEpoch(log.redis, key), rows);
          return rows;
        },
      },
    });
    await eventually(() => expect(relay.leading).toBe(true));
    const epoch = await eventually(async () => {
      const began = await readEpoch(log.redis, key);
      expect(began).toBeGreaterThan(0);
      return began;
    });
    await log.write([price('AAPL')]);
    await eventually(() => expect(warnings).toEqual(['the event relay is held up']));
    await log.write([price('MSFT')]);
    await eventually(() => expect(relay.published).toBe(2));
    expect(warnings).toEqual(['the event relay is held up']);
    expect(await readEpoch(log.redis, key)).toBe(epoch);
  });

  test('without any poke the relay finds what was committed', async () => {
    const log = await fresh();
    const relay = log.relay();
    await eventually(() => expect(relay.leading).toBe(true));
    await log.pool.query(`insert into events (type, items, size) values ('alert', '[{"name":"x"}]', 1)`);
    await eventually(() => expect(relay.published).toBe(1));
  });

  test('a stream of another database is thrown away', async () => {
    const log = await fresh();
    await log.redis.xadd(streamKey(log.prefix), '900-0', 'row', '{}');
    const relay = log.relay();
    await log.write([price('AAPL')]);
    await eventually(() => expect(relay.published).toBe(1));
    const [entry] = await log.redis.xrange(streamKey(log.prefix), '-', '+');
    expect(entry?.[0]).toBe('1-0');
  });

  test('many writers at once, a hundred events: each client sees every number once, whatever order they committed in', async () => {
    const log = await fresh();
    log.relay();
    const reader = await log.reader();
    const clients = Array.from({ length: 20 }, () => listener());
    for (const client of clients) reader.subscribe({ viewer: staff }, client);
    await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const connection = await log.pool.connect();
        await connection.query('begin');
        await connection.query(`insert into events (type, items, size) values ('price_update', $1, 2)`, [
          JSON.stringify([price('AAPL', index), price('MSFT', index)]),
        ]);
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 30));
        await connection.query('commit');
        connection.release();
        log.poke();
      }),
    );
    for (const client of clients) await eventually(() => expect(client.numbers).toEqual(upTo(100)));
  });
});

describe('when Redis is lost', () => {
  test('emptied: numbers go on, and a client that listens through it misses and repeats nothing', async () => {
    const server = await ownRedis();
    const log = await fresh(server.url);
    log.relay();
    const reader = await log.reader();
    const client = listener();
    reader.subscribe({ viewer: staff }, client);
    await log.write([price('AAPL'), price('MSFT')]);
    await eventually(() => expect(client.numbers).toEqual([1, 2]));
    await server.wipe();
    await log.write([price('AAPL')]);
    await eventually(() => expect(client.numbers).toEqual([1, 2, 3]));
    await eventually(() => log.redis.flushall());
    await eventually(async () => expect(await log.redis.xlen(streamKey(log.prefix))).toBeGreaterThan(0));
    await log.write([price('AAPL')]);
    await eventually(() => expect(client.numbers).toEqual([1, 2, 3, 4]));
    await Promise.all(logs.splice(0).map((each) => each.end()));
    await server.remove();
  });

  test('emptied behind a reader that was away: it takes from the database what the stream no longer has', async () => {
    const log = await fresh();
    const relay = log.relay();
    const reader = await log.reader();
    const client = listener();
    reader.subscribe({ viewer: staff }, client);
    // Numbered and committed, but on no stream: as if the reader had been cut off while they went by.
    await relay.close();
    await log.write([price('AAPL'), price('MSFT')]);
    await log.outbox.numberNext(10);
    await log.write([price('GOOG')]);
    const [row] = await log.outbox.numberNext(10);
    await log.redis.xadd(streamKey(log.prefix), '3-0', 'row', JSON.stringify(row));
    await eventually(() => expect(client.numbers).toEqual([1, 2, 3]));
  });

  test('an entry on the stream that is no event is passed over, and its number read from the database', async () => {
    const log = await fresh();
    const reader = await log.reader();
    const client = listener();
    reader.subscribe({ viewer: staff }, client);
    await log.write([price('AAPL')]);
    await log.outbox.numberNext(10);
    await log.redis.xadd(streamKey(log.prefix), '1-0', 'row', '{"first":"1"');
    await log.redis.xadd(streamKey(log.prefix), '2-0', 'nonsense', 'x');
    await log.write([price('MSFT')]);
    log.relay();
    await eventually(() => expect(client.numbers).toEqual([1, 2]));
  });
});

describe('when others write to the stream', () => {
  const FAR = '999999999999-0';

  test('a number that was taken on the stream and taken away again is put on it with its event all the same', async () => {
    const log = await fresh();
    const relay = log.relay();
    const key = streamKey(log.prefix);
    await log.write([price('AAPL')]);
    await eventually(() => expect(relay.published).toBe(1));
    // Redis refuses the number from now on, and nothing on the stream shows why.
    await log.redis.multi().xadd(key, '2-0', 'x', 'junk').xdel(key, '2-0').exec();
    await log.write([price('MSFT')]);
    await eventually(async () => expect((await lastEntry(log.redis, key))?.row?.items).toEqual([price('MSFT')]));
  });

  const spoilt: [string, (log: EventLog, key: string) => Promise<unknown>][] = [
    ['junk far ahead', ({ redis: client }, key) => client.xadd(key, FAR, 'x', 'junk')],
    ['a forged row far ahead', ({ redis: client }, key) => client.xadd(key, '900-0', 'row', rowText(900, 800))],
    ['a row that lies about its numbers', ({ redis: client }, key) => client.xadd(key, '9-0', 'row', rowText(800, 2))],
    [
      'what was removed again, but not its number',
      async ({ redis: client }, key) => {
        await client.xadd(key, FAR, 'x', 'junk');
        await client.xdel(key, FAR);
      },
    ],
    ['no stream in its place', ({ redis: client }, key) => client.set(key, 'junk')],
  ];
  test.each(spoilt)('%s: events go on, under their numbers, and the stream is mended', async (_what, spoil) => {
    const log = await fresh();
    const key = streamKey(log.prefix);
    log.relay();
    const reader = await log.reader();
    const client = listener();
    reader.subscribe({ viewer: staff }, client);
    await log.write([price('AAPL')]);
    await eventually(() => expect(client.numbers).toEqual([1]));
    await spoil(log, key);
    await log.write([price('MSFT')]);
    await eventually(async () => expect((await log.redis.xrevrange(key, '+', '-'))[0]?.[0]).toBe('2-0'));
    await log.write([price('GOOG')]);
    await eventually(() => expect(client.numbers).toEqual([1, 2, 3]));
    expect(client.messages.map(({ type }) => type)).not.toContain('lag');
    expect(await log.redis.xlen(key)).toBe(3);
  });

  test('while nobody mends the stream, a reader takes from the database what is numbered', async () => {
    const log = await fresh();
    const reader = await log.reader();
    const client = listener();
    reader.subscribe({ viewer: staff }, client);
    await log.redis.xadd(streamKey(log.prefix), FAR, 'x', 'junk');
    for (const [index, symbol] of ['AAPL', 'MSFT'].entries()) {
      await log.write([price(symbol)]);
      await log.outbox.numberNext(10);
      await eventually(() => expect(client.numbers).toEqual(upTo(index + 1)));
    }
  });

  test('a reader that was led past the end of the log goes back to it, and its clients read anew', async () => {
    const log = await fresh();
    const relay = log.relay();
    const reader = await log.reader({ aheadMs: 60_000 });
    const [client, later] = [listener(), listener()];
    reader.subscribe({ viewer: staff }, client);
    await log.write([price('AAPL')]);
    await eventually(() => expect(client.numbers).toEqual([1]));
    await relay.close();
    // As a row would be, of a log that has gone further: of one that was restored from a backup since.
    await log.redis.xadd(streamKey(log.prefix), '41-0', 'row', rowText(41, 2));
    await eventually(() => expect(reader.head).toBe(41));
    reader.subscribe({ viewer: staff }, later, 50);
    await eventually(() => expect(client.messages.at(-1)).toEqual({ id: 1, type: 'lag', data: { from: 1, to: 1 } }), {
      withinMs: 20_000,
    });
    log.relay();
    await log.write([price('MSFT')]);
    for (const each of [client, later]) await eventually(() => expect(each.numbers.slice(-2)).toEqual([1, 2]));
    expect([client.gaveUp, reader.clients]).toEqual([null, 2]);
  });
});

describe('a log that lost its end, as after a failover to a standby that had not heard of it', () => {
  /** Three events that a client has read, of which the log keeps the first alone. */
  async function shortened() {
    const log = await fresh();
    const relay = log.relay();
    const reader = await log.reader();
    const client = listener();
    const entered: number[] = [];
    const epochs: number[] = [];
    reader.on(
      ({ epoch }) => epochs.push(epoch),
      (epoch) => entered.push(epoch),
    );
    reader.subscribe({ viewer: staff }, client);
    for (let at = 1; at <= 3; at += 1) await log.write([price('OLD', at)]);
    await eventually(() => expect(client.numbers).toEqual([1, 2, 3]));
    const lose = () => log.pool.query('delete from events where number > 1');
    return { log, relay, reader, client, lose, entered, epochs };
  }
  type Shortened = Awaited<ReturnType<typeof shortened>>;

  const stories: [string, (story: Shortened) => Promise<unknown>][] = [
    [
      'that went further at once',
      async ({ log, lose }) => {
        await lose();
        await log.pool.query(
          `insert into events (type, items, size) select 'price_update', '[{"symbol":"NEW"}]', 1 from generate_series(1, 3)`,
        );
      },
    ],
    [
      'that had come as far again before its relay looked',
      async ({ log, relay, lose }) => {
        await relay.close();
        await lose();
        for (let at = 2; at <= 3; at += 1) await log.write([price('NEW', at)]);
        await log.outbox.numberNext(10);
        log.relay();
      },
    ],
    [
      'whose next relay died before it numbered anything',
      async ({ log, relay, lose }) => {
        await relay.close();
        await lose();
        const next = log.relay();
        await eventually(async () => expect(await log.redis.exists(`${streamKey(log.prefix)}:floor`)).toBe(1));
        await eventually(() => expect(next.published).toBe(1));
        await next.close();
        log.relay();
      },
    ],
    [
      'whose next number somebody else used before it did',
      async ({ log, relay, client }) => {
        await relay.close();
        await log.redis.xadd(streamKey(log.prefix), '4-0', 'row', rowText(4));
        await eventually(() => expect(client.numbers).toEqual([1, 2, 3, 4]));
        await log.write([price('NEW', 4)]);
        await log.outbox.numberNext(10);
        log.relay();
      },
    ],
  ];
  test.each(stories)('%s: its readers are told to read anew, and go on with it', async (_what, happen) => {
    const story = await shortened();
    const { log, client, entered, epochs } = story;
    const before = epochs.at(-1) ?? 0;
    await happen(story);
    const lag = () => client.messages.findIndex(({ type }) => type === 'lag');
    await eventually(() => expect(lag()).toBeGreaterThan(0), { withinMs: 20_000 });
    const { id, data } = client.messages[lag()] as (typeof client.messages)[number];
    expect(data).toEqual({ from: 1, to: id });
    // Nothing of it was told as if it followed what the log no longer knows.
    expect(client.messages.slice(0, lag()).map((message) => message.data.symbol)).not.toContain('NEW');
    await log.write([price('LAST')]);
    await eventually(() => expect(client.messages.at(-1)?.data.symbol).toBe('LAST'));
    const rest = await log.outbox.since(id ?? 0, 100);
    expect(client.numbers.slice(lag())).toEqual([id, ...rest.map(({ last }) => last)]);
    expect(entered.at(-1)).toBeGreaterThan(before);
    expect(epochs.at(-1)).toBe(entered.at(-1));
  });

  test.each(stories.slice(0, 3))(
    '%s: who comes back with a number that was given twice hears of it',
    async (_what, happen) => {
      const story = await shortened();
      const { log, client, reader } = story;
      await happen(story);
      await eventually(() => expect(client.messages.at(-1)?.type).toBe('lag'), { withinMs: 20_000 });
      await log.write([price('LAST')]);
      await eventually(() => expect(client.messages.at(-1)?.data.symbol).toBe('LAST'));
      const number = client.numbers.at(-1) as number;
      for (const each of [reader, await log.reader()]) {
        const back = listener();
        each.subscribe({ viewer: staff }, back, 3);
        await eventually(() => expect(back.numbers.at(-1)).toBe(number));
        const lag = back.messages.findIndex(({ type }) => type === 'lag');
        expect(lag).toBeGreaterThanOrEqual(0);
        const rest = await log.outbox.since(back.numbers[lag] as number, 100);
        expect(back.numbers.slice(lag + 1)).toEqual(rest.map(({ last }) => last));
        // What is of the log as it is now has the next numbers, and needs no notice.
        const after = listener();
        each.subscribe({ viewer: staff }, after, number - 1);
        await eventually(() => expect(after.numbers).toEqual([number]));
      }
    },
  );
});

describe('resuming', () => {
  test('a client continues behind the number that it names, from memory or from the database, with neither gap nor repeat', async () => {
    const log = await fresh();
    log.relay();
    for (let index = 0; index < 30; index += 1) await log.write([price('AAPL', index), price('MSFT', index)]);
    await eventually(async () => expect(await log.outbox.lastNumber()).toBe(60));
    // Its memory begins here, so that earlier numbers have to come from the database.
    const reader = await log.reader();
    for (let index = 0; index < 10; index += 1) await log.write([price('AAPL', index)]);
    await eventually(() => expect(reader.head).toBe(70));
    const clients = [0, 1, 37, 59, 60, 61, 69, 70].map((after) => {
      const client = listener();
      reader.subscribe({ viewer: staff }, client, after);
      return { after, client };
    });
    await log.write([price('GOOG')]);
    for (const { after, client } of clients) {
      await eventually(() => expect(client.numbers).toEqual(upTo(71, after + 1)));
    }
  });

  test('a client that comes from a process that was ahead is told nothing twice', async () => {
    const log = await fresh();
    const reader = await log.reader();
    const client = listener();
    reader.subscribe({ viewer: staff }, client, 2);
    for (const symbol of ['AAPL', 'MSFT', 'GOOG']) await log.write([price(symbol)]);
    log.relay();
    await eventually(() => expect(client.numbers).toEqual([3]));
  });

  test('what was deleted in the meantime is named in a lag notice, and the rest follows', async () => {
    const log = await fresh();
    log.relay();
    for (let index = 0; index < 5; index += 1) await log.write([price('AAPL', index)]);
    await eventually(async () => expect(await log.outbox.lastNumber()).toBe(5));
    await log.pool.query('delete from events where number <= 3');
    const reader = await log.reader();
    const client = listener();
    reader.subscribe({ viewer: staff }, client, 1);
    await eventually(() => expect(client.numbers).toEqual([3, 4, 5]));
    expect(client.messages[0]).toEqual({ id: 3, type: 'lag', data: { from: 2, to: 3 } });
  });

  test('when all of it was deleted, the client hears that and goes on with what is new', async () => {
    const log = await fresh();
    log.relay();
    await log.write([price('AAPL'), price('MSFT')]);
    await eventually(async () => expect(await log.outbox.lastNumber()).toBe(2));
    const reader = await log.reader();
    await log.pool.query('delete from events');
    const client = listener();
    reader.subscribe({ viewer: staff }, client, 0);
    await eventually(() => expect(client.messages).toEqual([{ id: 2, type: 'lag', data: { from: 1, to: 2 } }]));
    await log.pool.query(`insert into events (type, items, size, number) values ('alert', '[{}]', 1, 3)`);
    await log.redis.xadd(streamKey(log.prefix), '3-0', 'row', rowText(3));
    await eventually(() => expect(client.numbers).toEqual([2, 3]));
  });

  test('changing what it wants in the middle of resuming holds for what comes afterwards', async () => {
    const log = await fresh();
    log.relay();
    for (let index = 0; index < 3; index += 1) await log.write([price('AAPL', index)]);
    await eventually(async () => expect(await log.outbox.lastNumber()).toBe(3));
    const reader = await log.reader();
    const client = listener();
    const subscription = reader.subscribe({ viewer: staff, symbols: ['MSFT'] }, client, 0);
    subscription.change({ viewer: staff, symbols: ['AAPL'] });
    await eventually(() => expect(client.numbers).toEqual([1, 2, 3]));
    subscription.close();
    await log.write([price('AAPL')]);
    await eventually(() => expect(reader.head).toBe(4));
    expect(client.numbers).toEqual([1, 2, 3]);
  });
});

describe('who receives what', () => {
  test('symbols, types and a single refresh are filtered; events without a symbol pass a symbol filter', async () => {
    const log = await fresh();
    log.relay();
    const reader = await log.reader();
    const [apple, progress, one, all] = [listener(), listener(), listener(), listener()];
    reader.subscribe({ viewer: staff, symbols: ['AAPL'] }, apple);
    reader.subscribe({ viewer: staff, types: ['refresh_progress'] }, progress);
    reader.subscribe({ viewer: staff, refreshId: 'ref_2' }, one);
    reader.subscribe({ viewer: staff }, all);
    await log.write([price('AAPL'), price('MSFT')]);
    await log.write([{ refresh_id: 'ref_1' }, { refresh_id: 'ref_2' }], { type: 'refresh_progress' });
    await eventually(() => expect(all.numbers).toEqual([1, 2, 3, 4]));
    expect(apple.numbers).toEqual([1, 3, 4]);
    expect(progress.numbers).toEqual([3, 4]);
    expect(one.numbers).toEqual([4]);
  });

  test('what is somebody’s reaches that user and staff, and nobody else', async () => {
    const log = await fresh();
    log.relay();
    const reader = await log.reader();
    const [anna, ben, support] = [listener(), listener(), listener()];
    reader.subscribe({ viewer: user('usr_anna') }, anna);
    reader.subscribe({ viewer: user('usr_ben') }, ben);
    reader.subscribe({ viewer: { userId: 'usr_s', role: 'support' } }, support);
    await log.write([{ portfolio_id: 'pf_1' }], { type: 'portfolio_update', userId: 'usr_anna' });
    await log.write([price('AAPL')]);
    await log.write([{ portfolio_id: 'pf_2' }], { type: 'portfolio_update', userId: 'usr_ben' });
    await eventually(() => expect(support.numbers).toEqual([1, 2, 3]));
    expect(anna.numbers).toEqual([1, 2]);
    expect(ben.numbers).toEqual([2, 3]);
    // Also when it is read from the database.
    const again = listener();
    const later = await log.reader();
    later.subscribe({ viewer: user('usr_ben') }, again, 0);
    await eventually(() => expect(again.numbers).toEqual([2, 3]));
  });

  test('the process itself can listen, for its caches', async () => {
    const log = await fresh();
    log.relay();
    const reader = await log.reader();
    const heard: unknown[] = [];
    const stop = reader.on(({ number, type, payload }) => heard.push([number, type, payload]));
    await log.write([{ operation: 'x' }], { type: 'cache_invalidation' });
    await eventually(() => expect(heard).toEqual([[1, 'cache_invalidation', { operation: 'x' }]]));
    stop();
    expect(reader.health()).toEqual({ ok: true, because: null });
    // It is by what is read that a reader is well, not by having begun.
    const { now } = Date;
    try {
      Date.now = () => now() + 20_000;
      expect(reader.health().ok).toBe(false);
      await log.write([price('AAPL')]);
      await eventually(() => expect([reader.head, reader.health().ok]).toEqual([2, true]));
    } finally {
      Date.now = now;
    }
  });
});

describe('a number of another log', () => {
  test('is no number to wait for: a database that was restored is behind it, and its client is told to read anew', async () => {
    const log = await fresh();
    log.relay();
    await log.write([price('AAPL')]);
    const reader = await log.reader({ aheadMs: 50 });
    await eventually(() => expect(reader.head).toBe(1));
    const client = listener();
    reader.subscribe({ viewer: staff }, client, 5_000);
    await eventually(() => expect(client.messages).toEqual([{ id: 1, type: 'lag', data: { from: 1, to: 1 } }]));
    await log.write([price('AAPL', 1)]);
    await eventually(() => expect(client.numbers).toEqual([1, 2]));
  });
});

describe('what is streamed', () => {
  test('is told to the schedules of every process, by name and as long as somebody asks for its prices', async () => {
    const log = await fresh();
    const readers = [await log.reader(), await log.reader()];
    const [one, other] = readers as [(typeof readers)[0], (typeof readers)[0]];
    const { redis: client, prefix } = log;
    const telling = readers.map((subscriber) => tellStreamed({ subscriber, redis: client, prefix, everyMs: 10 }));
    const first = one.subscribe({ viewer: staff, symbols: ['KO', 'AAPL'] }, listener());
    one.subscribe({ viewer: staff, symbols: ['ALERTS'], types: ['alert'] }, listener());
    other.subscribe({ viewer: user('usr_1'), symbols: ['BTC-USD', 'KO'], types: ['price_update'] }, listener());
    other.subscribe({ viewer: staff }, listener());
    await eventually(async () =>
      expect((await streamedSymbols(client, prefix)).sort()).toEqual(['AAPL', 'BTC-USD', 'KO']),
    );
    first.close();
    await client.del(`${prefix}:streamed`);
    await eventually(async () => expect((await streamedSymbols(client, prefix)).sort()).toEqual(['BTC-USD', 'KO']));
    for (const each of telling) each.stop();
  });
});

describe('a client that is too slow', () => {
  test('gets nothing while it is full, then the newest price of each symbol and a notice, and then goes on as before', async () => {
    const log = await fresh();
    log.relay();
    const reader = await log.reader();
    const [slow, quick] = [listener(), listener()];
    reader.subscribe({ viewer: staff }, slow);
    reader.subscribe({ viewer: staff }, quick);
    slow.full = true;
    await log.write([price('AAPL')]);
    await eventually(() => expect(slow.numbers).toEqual([1]));
    for (let index = 1; index <= 20; index += 1) await log.write([price('AAPL', index), price('MSFT', index)]);
    await log.write([{ name: 'x' }], { type: 'alert' });
    await eventually(() => expect(quick.numbers).toEqual(upTo(42)));
    expect(slow.numbers).toEqual([1]);
    slow.full = false;
    await eventually(() => expect(slow.messages.length).toBe(4));
    // Without numbers, so that a client that is cut off here resumes from before.
    expect(slow.messages.slice(1)).toEqual([
      { id: null, type: 'price_update', data: { symbol: 'AAPL', price: 120 } },
      { id: null, type: 'price_update', data: { symbol: 'MSFT', price: 120 } },
      { id: 42, type: 'lag', data: { from: 2, to: 42 } },
    ]);
    await log.write([price('GOOG')]);
    await eventually(() => expect(slow.numbers.at(-1)).toBe(43));
  });
});
