import { migrate, migrationState } from '@freshet/store';
import { type Check, unseen } from './check.ts';

/** The schema is that of this version. */
export const migrations: Check = {
  title: 'the schema is of this version',
  async look({ pool, databaseUrl }) {
    if (!pool || !databaseUrl) return unseen('PostgreSQL');
    const { pending, changed, unknown } = await migrationState(pool);
    if (changed.length > 0) {
      return {
        state: 'trouble',
        detail: `${changed.join(', ')} was applied with other contents than it has now`,
        todo: 'Migrations are never edited once they are out: restore the file, or make a new one.',
      };
    }
    if (unknown > 0) {
      return {
        state: 'trouble',
        detail: `a newer version has migrated it (${unknown} unknown)`,
        todo: 'Run that version, or a newer one.',
      };
    }
    if (pending.length === 0) return { state: 'ok', detail: 'nothing is pending' };
    return {
      state: 'trouble',
      detail: `${pending.join(', ')} isn't applied`,
      todo: 'Run freshet migrate.',
      fix: async () => {
        await migrate(databaseUrl);
        return `applied ${pending.join(', ')}`;
      },
    };
  },
};
