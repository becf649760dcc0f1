import type { Role } from '@freshet/contracts';
import { readConfig, variables } from '@freshet/runtime';
import { CommandFailed } from './failure.ts';
import { keyIn } from './running.ts';

/**
 * The first key of an installation can't be made through the API, which wants a key. So with DATABASE_URL and no key at hand
 * this makes it in the database, with an entry in the audit log. Null if there is a key: then the API makes the new one.
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
  const { name, expiresInS } = await asTheApiTakesIt(wanted);
  const { databaseFailure } = await import('./database-failure.ts');
  const { createKey, createPool, createUser, findUser, withTx, writeAudit } = await import('@freshet/store');
  const pool = createPool({ url: databaseUrl, max: 1, name: 'freshet-cli' });
  try {
    return await withTx(pool, async (client) => {
      const user = wanted.userId
        ? await findUser(client, wanted.userId)
        : await createUser(client, `${wanted.role} ${new Date().toISOString()}`);
      if (!user) throw new CommandFailed(`There is no user ${wanted.userId}.`, { code: 'not_found' });
      const expiresAt = expiresInS === undefined ? null : new Date(Date.now() + expiresInS * 1_000);
      const made = await createKey(client, { userId: user.id, role: wanted.role, name, expiresAt });
      const actor = { keyId: '', userId: '', role: 'command line', requestId: '', remoteAddress: '' };
      await writeAudit(client, actor, { action: 'key.created', subject: made.id, detail: { role: wanted.role } });
      return { key_id: made.id, user_id: user.id, role: wanted.role, secret: made.secret };
    });
  } catch (error) {
    throw databaseFailure(error);
  } finally {
    await pool.end();
  }
}

const OPTIONS: Record<string, string> = { name: '--name', user_id: '--user', expires_in_s: '--expires-in' };

/** Checks the first key by the API's own schema. @throws CommandFailed that names the option */
async function asTheApiTakesIt(wanted: { role: Role; name: string; userId?: string; expiresInS?: number }) {
  const { operations } = await import('@freshet/contracts/api');
  const { role, name, userId, expiresInS } = wanted;
  const body = { role, name, user_id: userId, expires_in_s: expiresInS };
  const read = operations['POST /api/v1/keys'].body.safeParse(body);
  if (read.success) return { name: read.data.name, expiresInS: read.data.expires_in_s };
  const says = read.error.issues.map(
    ({ path: [field], message }) => `${OPTIONS[String(field)] ?? String(field)}: ${message}`,
  );
  throw new CommandFailed(`${says.join('. ')}.`, { code: 'usage' });
}
