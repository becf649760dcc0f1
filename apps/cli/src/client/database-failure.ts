import { isAway } from '@freshet/store';
import { CommandFailed } from './failure.ts';

/** It speaks, but lets nobody in: SQLSTATE classes 28 (no such user, wrong password) and 3D (no such database). */
const CLOSED = /^(28|3D)/;
const UNDEFINED_TABLE = '42P01';

/** What a database failed with, as whoever typed a command can act on it: the variable to look at, or what to run first. */
export function databaseFailure(error: unknown): Error {
  const { code, message, errors } = error as Error & { code?: string; errors?: Error[] };
  if (code === UNDEFINED_TABLE) {
    return new CommandFailed(
      `The database has no tables of this version yet (${message}): run freshet migrate first.`,
      {
        code: 'no_database',
      },
    );
  }
  // An address that resolves to several fails with the errors of all, and says nothing itself.
  const why = message || (errors ?? []).map((each) => each.message).join(', ') || code;
  if (isAway(error) || CLOSED.test(code ?? '')) {
    return new CommandFailed(`DATABASE_URL names a PostgreSQL that can't be used now: ${why}.`, {
      code: 'no_database',
    });
  }
  return error instanceof Error ? error : new CommandFailed(String(error));
}
