import { eventually } from '@freshet/testing';
import { createFanOut, type FanOut } from './fan-out.ts';
import { listener, staff, user } from './log.fixture.ts';
import { createRecent, type Entry, type Recent } from './recent.ts';

let recent: Recent;
let fanOut: FanOut;
beforeEach(() => {
  recent = createRecent(0);
  fanOut = createFanOut(recent);
});
afterEach(() => fanOut.close());

/** The next event is there. */
function push(over: Partial<Entry> = {}): void {
  const number = recent.end + 1;
  const data = JSON.stringify({ at: number });
  recent.push({ number, type: 'price_update', userId: null, symbol: 'AAPL', refreshId: null, data, ...over });
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

test('who comes to more than goes into one write gets all of it, though nothing new happens', async () => {
  for (let n = 0; n < 10; n += 1) push({ data: JSON.stringify({ filling: 'x'.repeat(50_000) }) });
  const client = listener();
  fanOut.join({ viewer: staff }, client, 0, 0);
  await eventually(() => expect(client.numbers).toEqual(upTo(10)));
});

test('of many clients, whom it takes several turns to serve, nobody is forgotten', async () => {
  const clients = Array.from({ length: 100 }, () => {
    const client = listener();
    const { deliver } = client;
    client.deliver = (chunk) => {
      const until = performance.now() + 0.5;
      while (performance.now() < until);
      deliver(chunk);
    };
    return client;
  });
  for (const client of clients) fanOut.join({ viewer: staff }, client, 0, 0);
  for (const last of [1, 2]) {
    push();
    fanOut.wake();
    for (const client of clients) await eventually(() => expect(client.numbers).toEqual(upTo(last)));
  }
});

test('whom the memory has left behind before it was served gets the newest price and a notice', async () => {
  const client = listener();
  fanOut.join({ viewer: staff }, client, 0, 0);
  for (let n = 0; n < 10_000; n += 1) push();
  fanOut.wake();
  await eventually(() => expect(client.numbers).toEqual([null, 10_000]));
  expect(client.messages[1]?.data).toEqual({ from: 1, to: 10_000 });
});

test('what is somebody’s, beside what is everybody’s, neither repeats nor hides anything for others', async () => {
  const ben = listener();
  fanOut.join({ viewer: user('usr_ben') }, ben, 0, 0);
  for (const last of [2, 4]) {
    push({ userId: 'usr_anna' });
    push();
    fanOut.wake();
    await eventually(() => expect(ben.numbers.at(-1)).toBe(last));
  }
  expect(ben.numbers).toEqual([2, 4]);
});

test('a client that takes nothing for a minute is given up, and not before', async () => {
  const client = listener();
  client.full = true;
  fanOut.join({ viewer: staff }, client, 0, 0);
  push();
  fanOut.wake();
  await eventually(() => expect(client.numbers).toEqual([1]));
  const { now } = Date;
  try {
    Date.now = () => now() + 50_000;
    push();
    fanOut.wake();
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect([client.gaveUp, fanOut.size]).toEqual([null, 1]);
    Date.now = () => now() + 61_000;
    await eventually(() => expect([client.gaveUp === null, fanOut.size]).toEqual([false, 0]));
  } finally {
    Date.now = now;
  }
});

test('who changes what it asks for no longer asks for what it did before', () => {
  const member = fanOut.join({ viewer: staff, symbols: ['AAPL'] }, listener(), 0, 0);
  member.change({ viewer: staff, symbols: ['MSFT'] });
  expect([...fanOut.priced()]).toEqual(['MSFT']);
  member.leave();
  expect([...fanOut.priced()]).toEqual([]);
});
