import { PassThrough } from 'node:stream';
import { progressOn } from './progress.ts';

function terminal(isTTY: boolean) {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY });
  return { stream, text: () => String(stream.read() ?? '') };
}

test('a terminal shows the step that is at work, and what is said meanwhile stands above it', async () => {
  const { stream, text } = terminal(true);
  const progress = progressOn(stream, { logs: 'logs' });
  await progress.step('Redis', async () => {
    expect(text()).toBe('  · Redis');
    progress.say('Fetching it');
    expect(text()).toBe('\r\u001b[KFetching it\n  · Redis');
  });
  const [cleared, ended] = text().split('\r\u001b[K');
  expect(cleared).toBe('');
  expect(ended).toMatch(/^ {2}✓ Redis +0\.\d s\n$/);
});

test('a file holds whole lines alone', async () => {
  const { stream, text } = terminal(false);
  await expect(
    progressOn(stream, { logs: 'logs' }).step('Redis', () => Promise.reject(new Error('none'))),
  ).rejects.toThrow('none');
  expect(text()).toBe('  ✗ Redis\n');
});

test('a step that takes long says where to look', async () => {
  const { stream } = terminal(false);
  const said = new Promise<string>((resolve) => stream.once('data', resolve));
  await progressOn(stream, { logs: '/data/logs', slowAfterMs: 1 }).step('Redis', () => said);
  expect(await said).toBe('  … still waiting for: Redis; see /data/logs\n');
});
