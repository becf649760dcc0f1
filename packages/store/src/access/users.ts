import { newId } from '../database/ids.ts';
import type { Queryable } from '../database/pool.ts';

export interface UserRow {
  id: string;
  name: string;
  createdAt: Date;
}

const COLUMNS = 'id, name, created_at as "createdAt"';

export async function findUser(db: Queryable, id: string): Promise<UserRow | null> {
  const { rows } = await db.query<UserRow>({
    name: 'find-user',
    text: `select ${COLUMNS} from users where id = $1`,
    values: [id],
  });
  return rows[0] ?? null;
}

export async function userExists(db: Queryable, id: string): Promise<boolean> {
  return (await findUser(db, id)) !== null;
}

/** In order of id. `only`: this user alone. */
export async function listUsers(
  db: Queryable,
  page: { only?: string; after?: string; limit: number },
): Promise<UserRow[]> {
  const { rows } = await db.query<UserRow>(
    `select ${COLUMNS} from users where ($1::text is null or id = $1) and ($2::text is null or id > $2) order by id limit $3`,
    [page.only ?? null, page.after ?? null, page.limit],
  );
  return rows;
}

/** Null: the name is taken. */
export async function createUser(db: Queryable, name: string): Promise<UserRow | null> {
  const { rows } = await db.query<UserRow>(
    `insert into users (id, name) values ($1, $2) on conflict (name) do nothing returning ${COLUMNS}`,
    [newId('user'), name],
  );
  return rows[0] ?? null;
}
