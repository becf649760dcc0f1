import type { Queryable } from './pool.ts';

/** What workers have written down of each provider, newest each. */
export async function readProviderStatus<Status>(
  db: Queryable,
): Promise<{ provider: string; status: Status; updatedAt: Date }[]> {
  const { rows } = await db.query<{ provider: string; status: Status; updatedAt: Date }>({
    name: 'read-provider-status',
    text: `select provider, status, updated_at as "updatedAt" from provider_status order by provider`,
  });
  return rows;
}

export async function writeProviderStatus(
  db: Queryable,
  statuses: { provider: string; status: object }[],
): Promise<void> {
  if (statuses.length === 0) return;
  await db.query({
    name: 'write-provider-status',
    text: `insert into provider_status (provider, status) select * from unnest($1::text[], $2::jsonb[])
           on conflict (provider) do update set status = excluded.status, updated_at = now()`,
    values: [statuses.map((s) => s.provider), statuses.map((s) => JSON.stringify(s.status))],
  });
}
