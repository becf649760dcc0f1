import { ROLES, type Role } from '@freshet/contracts';
import { type Command, Option } from 'commander';
import { withApi } from '../client/api-command.ts';
import { type ApiOptions, readSeconds, withApiOptions } from '../client/api-options.ts';
import { createFirstKey } from '../client/first-key.ts';
import { table } from '../print/table.ts';
import { ago } from '../print/words.ts';

interface CreateOptions extends ApiOptions {
  name: string;
  role: Role;
  user?: string;
  expiresIn?: number;
}

/** Adds `freshet keys` and its `create` and `revoke`. */
export function addKeysCommand(program: Command): void {
  const keys = program.command('keys').description('API keys: list, create, revoke');
  const list = keys.command('list', { isDefault: true }).description('those that there are (the default)');
  withApiOptions(list).action((options: ApiOptions) =>
    withApi(list, options, async ({ client, print }) => {
      const page = await client.call('GET /api/v1/keys', { query: { limit: 200 } });
      const rows = page.data.map((key) => [
        key.key_id,
        `${key.prefix}…`,
        key.role,
        key.name,
        key.user_id,
        ago(key.last_used_at),
        key.revoked_at ? `revoked ${ago(key.revoked_at)}` : key.expires_at ? `ends ${ago(key.expires_at)}` : '',
      ]);
      const head = ['key', 'begins', 'role', 'name', 'user', 'last used', ''];
      print(options.json ? `${JSON.stringify(page)}\n` : table(head, rows));
    }),
  );

  const create = keys
    .command('create')
    .description('a new key; its secret is printed once. With DATABASE_URL and no key at hand: the first one')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).default('user'))
    .option('--name <name>', 'what it is for', 'command line')
    .option('--user <id>', 'user that the key belongs to; default: you')
    .option('--expires-in <seconds>', 'ends by itself', readSeconds);
  withApiOptions(create).action(async (options: CreateOptions) => {
    const { name, role, user, expiresIn } = options;
    const first = await createFirstKey({ dataDir: options.dataDir, role, name, userId: user, expiresInS: expiresIn });
    const write = create.configureOutput().writeOut ?? ((text: string) => process.stdout.write(text));
    const show = (key: { secret: string | null; key_id: string }) =>
      write(options.json ? `${JSON.stringify(key)}\n` : `${key.secret ?? ''}\n`);
    if (first) return void show(first);
    await withApi(create, options, async ({ client, say }) => {
      const body = { name, role, user_id: user, expires_in_s: expiresIn };
      const key = await client.call('POST /api/v1/keys', { body });
      show(key);
      if (!options.json) say(`${key.key_id} of ${key.user_id}, role ${key.role}. It isn't shown again.`);
    });
  });

  const revoke = keys.command('revoke').description('it opens nothing from now on').argument('<key id>');
  withApiOptions(revoke).action((id: string, options: ApiOptions) =>
    withApi(revoke, options, async ({ client, print }) => {
      await client.call('DELETE /api/v1/keys/{key_id}', { path: { key_id: id } });
      print(options.json ? `${JSON.stringify({ key_id: id, revoked: true })}\n` : `${id} is revoked.\n`);
    }),
  );
}
