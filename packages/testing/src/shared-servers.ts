import { environment } from '@freshet/runtime';

/** How the global setup tells test files, which may run in other processes, where the servers of this run are. */
export const SHARED = {
  postgres: 'FRESHET_TEST_POSTGRES_URL',
  redis: 'FRESHET_TEST_REDIS_URL',
} as const;

/** @throws Error outside a jest run of this repository */
export function sharedServer(which: keyof typeof SHARED): string {
  const value = environment()[SHARED[which]];
  if (!value) throw new Error(`${SHARED[which]} is not set: run this through jest from the root of the repository`);
  return value;
}
