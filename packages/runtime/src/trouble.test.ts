import { eventually } from '@freshet/testing';
import { createTrouble, troubleOf } from './trouble.ts';

function listener() {
  const lines: { text: string; fields: Record<string, unknown> }[] = [];
  const warn = (fields: object, text: string) => void lines.push({ text, fields: fields as Record<string, unknown> });
  return { lines, log: { warn } as never };
}

const away = () => new Error('connect ECONNREFUSED 127.0.0.1:5432');

test('what fails again and again for one cause is one line, and one more when it is over', async () => {
  const { lines, log } = listener();
  const trouble = createTrouble(log, { overMs: 50 });
  for (let again = 0; again < 20; again++) trouble.met(away(), 'a sweep did not get through', { step: `${again}` });
  trouble.met(new Error('something else'), 'a sweep did not get through');
  expect(lines.map(({ text }) => text)).toEqual(['a sweep did not get through', 'a sweep did not get through']);
  expect(lines[0]?.fields).toMatchObject({ step: '0', err: { message: away().message } });
  await eventually(() => expect(lines).toHaveLength(4));
  expect(lines[2]).toMatchObject({ text: 'a trouble is over', fields: { trouble: away().message, times: 20 } });
  trouble.met(away(), 'a sweep did not get through');
  expect(lines).toHaveLength(5);
});

test('what goes on is told again, without its stack', () => {
  const { lines, log } = listener();
  const trouble = createTrouble(log, { againMs: 0 });
  for (let again = 0; again < 3; again++) trouble.met(away(), 'a queue worker met an error');
  expect(lines.map(({ fields }) => fields.times)).toEqual([undefined, 2, 3]);
  expect(lines[2]?.fields).not.toHaveProperty('err');
});

test('a line names one example of what met it, which makes no other trouble of it and no line of its own', async () => {
  const { lines, log } = listener();
  const trouble = createTrouble(log, { overMs: 50 });
  for (const request_id of ['first', 'second', 'third']) trouble.met(away(), 'a request', {}, { request_id });
  await eventually(() => expect(lines).toHaveLength(2));
  expect(lines[0]?.fields).toMatchObject({ request_id: 'first', err: expect.anything() });
  expect(lines[1]?.fields).not.toHaveProperty('request_id');
  const goesOn = createTrouble(log, { againMs: 0 });
  for (const request_id of ['fourth', 'fifth']) goesOn.met(away(), 'a request', {}, { request_id });
  expect(lines.slice(2).map(({ fields }) => fields.request_id)).toEqual(['fourth', 'fifth']);
});

test('all who share a log share its troubles', () => {
  const { lines, log } = listener();
  troubleOf(log).met(away(), 'a queue worker met an error', { queue: 'refresh' });
  troubleOf(log).met(away(), 'a queue worker met an error', { queue: 'follow' });
  expect(lines).toHaveLength(1);
});

describe('what is one trouble', () => {
  const timedOut = () => Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' });
  const SWEEP = 'a sweep did not get through';

  test('a part that fails hides no other that fails with the same message: each is told, with its stack', async () => {
    const { lines, log } = listener();
    const trouble = createTrouble(log, { overMs: 50 });
    for (let again = 0; again < 20; again++) {
      trouble.met(timedOut(), SWEEP, { step: 'claims' });
      trouble.met(timedOut(), SWEEP, { step: 'lanes' });
      trouble.met(timedOut(), 'nobody looked for alerts');
    }
    expect(lines.map(({ text, fields }) => [text, fields.step, fields.err instanceof Error])).toEqual([
      [SWEEP, 'claims', true],
      [SWEEP, 'lanes', true],
      ['nobody looked for alerts', undefined, true],
    ]);
    await eventually(() => expect(lines).toHaveLength(6));
    expect(lines[3]?.fields).toMatchObject({ step: 'claims', of: SWEEP, trouble: timedOut().message, times: 20 });
  });

  test('messages that differ in an id alone are one', () => {
    const { lines, log } = listener();
    const trouble = createTrouble(log);
    for (let id = 0; id < 500; id++)
      trouble.met(new Error(`could not renew lock for job rfr_01k${id}x`), 'a queue worker met an error', {
        queue: 'q',
      });
    expect(lines).toHaveLength(1);
  });

  test('messages that differ in words are bounded, though each is over before the next begins', async () => {
    const { lines, log } = listener();
    const trouble = createTrouble(log, { overMs: 0 });
    const word = (n: number) => [...`${n}`].map((digit) => 'abcdefghij'[Number(digit)]).join('');
    const overs = () => lines.filter(({ text }) => text === 'a trouble is over').length;
    for (let n = 0; n < 60; n++) {
      trouble.met(new Error(`bad ${word(n)}`), SWEEP);
      if (n < 20) await eventually(() => expect(overs()).toBe(n + 1));
    }
    await eventually(() => expect(overs()).toBe(21));
    expect(lines).toHaveLength(42);
    expect(lines.at(-1)?.fields).toMatchObject({ trouble: 'others', of: SWEEP, times: 40 });
    trouble.met(new Error('another text has room'), 'nobody looked for alerts');
    expect(lines.at(-1)?.text).toBe('nobody looked for alerts');
  });

  test.each([
    ['connect ECONNREFUSED 10.0.0.1:5432', 'connect ECONNREFUSED 10.0.0.1:6379', undefined],
    ['connect ETIMEDOUT 10.0.0.1:5432 - Local (10.0.0.2:4711)', 'connect ETIMEDOUT 10.0.0.1:6379', 'ETIMEDOUT'],
    ['Connection terminated unexpectedly', 'Connection is closed.', undefined],
    ['Command timed out', "Socket timeout. Expecting data, but didn't receive any in 15000ms.", undefined],
    ['Redis is away', 'Redis did not answer within 2000 ms', undefined],
    ["OOM command not allowed when used memory > 'maxmemory'. script: 1a2b", 'LOADING Redis is loading', undefined],
  ])('a server that is away is one for all who miss it, another server is another: %s', (one, other, code) => {
    const { lines, log } = listener();
    const trouble = createTrouble(log);
    const met = (message: string, step: string) =>
      trouble.met(Object.assign(new Error(message), { code }), SWEEP, { step });
    met(one, 'claims');
    met(one.replace('4711', '4712').replace('1a2b', '3c4d'), 'lanes');
    expect(lines).toHaveLength(1);
    met(other, 'claims');
    expect(lines).toHaveLength(2);
  });

  test('it is found under what wraps it, and where a name has several addresses', () => {
    const { lines, log } = listener();
    const trouble = createTrouble(log);
    trouble.met(away(), SWEEP, { step: 'claims' });
    trouble.met(new Error('Failed query: select 1', { cause: away() }), SWEEP, { step: 'lanes' });
    trouble.met(new AggregateError([away()]), 'postgres');
    expect(lines).toHaveLength(1);
    for (const step of ['claims', 'lanes']) trouble.met(Object.assign(new Error(), { code: 'EPIPE' }), SWEEP, { step });
    expect(lines).toHaveLength(2);
  });
});
