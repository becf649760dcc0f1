import { eventually } from '@freshet/testing';
import { createFanOut } from './fan-out.ts';
import { listener, staff } from './log.fixture.ts';
import { createPages } from './pages.ts';
import { createRecent, entriesOf } from './recent.ts';
import type { History, LogRow } from './row.ts';
import { type Served, subscribeTo } from './subscription.ts';

const row = (number: number): LogRow => ({
  ...{ first: number, last: number, type: 'alert', userId: null, at: '2026-01-01T00:00:00.000Z' },
  items: [{ number }],
});
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A process that has read the log up to `head`, of which all is in the database alone. */
function reading(head: number, numbers = upTo(head)) {
  const rows = numbers.map(row);
  const recent = createRecent(head);
  const fanOut = createFanOut(recent);
  const history: History = {
    since: async (number, limit) => rows.filter(({ last }) => last > number).slice(0, limit),
    lastNumber: async () => head,
  };
  const served: Served & { head: number } = {
    ...{ head, recent, fanOut, ahead: new Set(), restarts: new Set(), aheadMs: 100 },
    page: createPages({ ...history, since: (number, limit) => history.since(number, limit) }),
  };
  return {
    history,
    served,
    /** The next event comes, as the subscriber hands it on. */
    go() {
      served.head += 1;
      for (const entry of entriesOf(row(served.head))) recent.push(entry);
      fanOut.wake();
      for (const each of served.ahead) if (each.after() <= served.head) each.join();
    },
  };
}

test('who has seen all there is, or was a moment ahead, is not told later to read anew', async () => {
  const { served, go } = reading(3);
  const [level, ahead] = [listener(), listener()];
  subscribeTo(served, { viewer: staff }, level, 3);
  subscribeTo(served, { viewer: staff }, ahead, 4);
  go();
  await sleep(250);
  go();
  for (const [client, numbers] of [
    [level, [4, 5]],
    [ahead, [5]],
  ] as const) {
    await eventually(() => expect(client.numbers).toEqual(numbers));
  }
});

test('a single number that is missing is told of too', async () => {
  const { served } = reading(3, [1, 3]);
  const client = listener();
  subscribeTo(served, { viewer: staff }, client, 1);
  await eventually(() => expect(client.numbers).toEqual([2, 3]));
  expect(client.messages[0]).toEqual({ id: 2, type: 'lag', data: { from: 2, to: 2 } });
});

test('who resumes is sent no more than it reads', async () => {
  const { served } = reading(450);
  const client = listener();
  const { deliver } = client;
  client.deliver = (chunk) => {
    deliver(chunk);
    client.full = true;
  };
  subscribeTo(served, { viewer: staff }, client, 0);
  await eventually(() => expect(client.full).toBe(true));
  const sent = client.numbers.length;
  await sleep(200);
  expect([client.numbers.length, sent < 450]).toEqual([sent, true]);
  client.deliver = deliver;
  client.full = false;
  await eventually(() => expect(client.numbers).toEqual(upTo(450)));
});

test('who can’t resume, for the database is away, is let go, and can when it comes again', async () => {
  const { served, history } = reading(3);
  const { since } = history;
  history.since = async () => {
    throw new Error('database is down');
  };
  const [first, again] = [listener(), listener()];
  subscribeTo(served, { viewer: staff }, first, 1);
  await eventually(() => expect(first.gaveUp).not.toBeNull());
  history.since = since;
  subscribeTo(served, { viewer: staff }, again, 1);
  await eventually(() => expect(again.numbers).toEqual([2, 3]));
});

test('who has left is not begun with anew when the log goes back', () => {
  const { served } = reading(3);
  subscribeTo(served, { viewer: staff }, listener(), 3).close();
  expect([served.restarts.size, served.ahead.size, served.fanOut.size]).toEqual([0, 0, 0]);
});
