import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@freshet/testing';
import { openLogFile, type LogFile } from './log-file.ts';

let directory: string;
let path: string;
let log: LogFile;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'freshet-log-'));
  path = join(directory, 'worker.log');
  log = openLogFile(path, { mostBytes: 100, checkMs: 20 });
});
afterEach(() => {
  log.close();
  rmSync(directory, { recursive: true });
});

test('a log that has become long goes on empty, with its older part beside it', async () => {
  appendFileSync(path, 'x'.repeat(200));
  await eventually(() => expect(log.size()).toBe(0));
  expect(readFileSync(`${path}.1`, 'utf8')).toHaveLength(200);
  appendFileSync(path, 'one\ntwo');
  expect(log.textFrom(4)).toBe('two');
});

test('where its older part has no place it is given up, and the log ends all the same', async () => {
  // A folder of that name refuses the copy, as a full disk does.
  mkdirSync(`${path}.1`);
  appendFileSync(path, 'x'.repeat(200));
  await eventually(() => expect(log.size()).toBe(0));
});

test('removed, it stays bounded for those who write, and whoever starts next writes under its name again', async () => {
  const before = log.fd();
  rmSync(path);
  writeSync(before, 'x'.repeat(200));
  await eventually(() => expect(log.size()).toBe(0));
  writeSync(log.fd(), 'here again');
  expect(readFileSync(path, 'utf8')).toBe('here again');
});
