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

test('all who share a log share its troubles', () => {
  const { lines, log } = listener();
  troubleOf(log).met(away(), 'a queue worker met an error', { queue: 'refresh' });
  troubleOf(log).met(away(), 'a queue worker met an error', { queue: 'follow' });
  expect(lines).toHaveLength(1);
});
