import type { Role } from '@freshet/contracts';
import { readConfig, variables } from '@freshet/runtime';
import { CommandFailed } from './failure.ts';
import { keyIn } from './running.ts';

/**
 * The first key of an installation has nobody who could ask the API for it: whoever holds DATABASE_URL and no key at all
 * makes it in the database, with an entry in the audit log. Null when there is a key at hand, so that the API is to be asked.
 */
export async function createFirstKey(wanted: {
  dataDir: string;
  role: Role;
  name: string;
  userId?: string;
  expiresInS?: number;
}): Promise<{ key_id: string; user_id: string; role: Role; secret: string } | null> {
  const { key, databaseUrl } = readConfig({
    key: variables.FRESHET_API_KEY,
    databaseUrl: { ...variables.DATABASE_URL, required: false },
  });
  if (key || keyIn(wanted.dataDir, 'admin') || !databaseUrl) return null;
  const { createKey, createPool, createUser, findUser, withTx, writeAudit } = await import('@freshet/store');
  const pool = createPool({ url: databaseUrl, max: 1, name: 'freshet-cli' });
  try {
    return await withTx(pool, async (client) => {
      const user = wanted.userId
        ? await findUser(client, wanted.userId)
        : await createUser(client, `${wanted.role} ${new Date().toISOString()}`);
      if (!user) throw new CommandFailed(`There is no user ${wanted.userId}.`);
      const expiresAt = wanted.expiresInS ? new Date(Date.now() + wanted.expiresInS * 1_000) : null;
      const made = await createKey(client, { userId: user.id, role: wanted.role, name: wanted.name, expiresAt });
      const actor = { keyId: '', userId: '', role: 'command line', requestId: '', remoteAddress: '' };
      await writeAudit(client, actor, { action: 'key.created', subject: made.id, detail: { role: wanted.role } });
      return { key_id: made.id, user_id: user.id, role: wanted.role, secret: made.secret };
    });
  } finally {
    await pool.end();
  }
}
