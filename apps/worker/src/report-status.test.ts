import type { ProviderWatch } from '@freshet/providers';
import type { Pool } from '@freshet/store';
import { eventually } from '@freshet/testing';
import { reportStatus } from './report-status.ts';

/** A watch over so many providers, whose looks and writes do as told, and how many began. */
function reporting({
  look = async () => {},
  write = async () => {},
}: Record<'look' | 'write', () => Promise<void>> | Record<string, never>) {
  const seen = { all: 0, next: 0, written: 0, warned: 0 };
  const watch = {
    count: 40,
    statuses: () => [{ provider: 'yahoo' }],
    look: () => (seen.all++, look()),
    lookAtNext: () => (seen.next++, look()),
  } as unknown as ProviderWatch;
  const pool = { query: async () => (seen.written++, await write(), { rows: [] }) } as unknown as Pool;
  const log = { warn: () => void seen.warned++ } as never;
  const start = async () => {
    const { begun, stop } = reportStatus(watch, pool, log);
    await begun;
    return { stop };
  };
  return { seen, start };
}

test('all providers are looked at and written down before a worker is ready, then one after the other', async () => {
  const { seen, start } = reporting({});
  const { stop } = await start();
  try {
    expect([seen.all, seen.written]).toEqual([1, 1]);
    await eventually(async () => expect(seen.next).toBeGreaterThan(1));
  } finally {
    stop();
  }
});

test('a worker starts while neither Redis nor Postgres serves, and goes on trying', async () => {
  const no = () => Promise.reject(new Error('away'));
  const { seen, start } = reporting({ look: no, write: no });
  const { stop } = await start();
  try {
    await eventually(async () => expect(seen.next).toBeGreaterThan(1));
    expect(seen.warned).toBeGreaterThan(0);
  } finally {
    stop();
  }
});

test('a look that hangs is not joined by others', async () => {
  let hangs = false;
  const { seen, start } = reporting({
    look: () => (hangs ? new Promise(() => {}) : Promise.resolve()),
    write: async () => {},
  });
  const { stop } = await start();
  try {
    hangs = true;
    await eventually(async () => expect(seen.next).toBe(1));
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(seen.next).toBe(1);
  } finally {
    stop();
  }
});
