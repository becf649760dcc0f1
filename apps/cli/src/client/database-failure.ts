import { isAway } from '@freshet/store';
import { CommandFailed } from './failure.ts';

/** The server answers and refuses the connection: SQLSTATE classes 28 (no such user, wrong password) and 3D (no such database). */
const CLOSED = /^(28|3D)/;
const UNDEFINED_TABLE = '42P01';

/** Turns a database error into one that says what to do: the variable to correct, or the command to run first. */
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
  // If a host name has several addresses, the error holds one error for each, and has no message of its own.
  const why = message || (errors ?? []).map((each) => each.message).join(', ') || code;
  if (isAway(error) || CLOSED.test(code ?? '')) {
    return new CommandFailed(`DATABASE_URL names a PostgreSQL that can't be used now: ${why}.`, {
      code: 'no_database',
    });
  }
  return error instanceof Error ? error : new CommandFailed(String(error));
}
