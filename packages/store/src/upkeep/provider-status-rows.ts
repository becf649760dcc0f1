import type { Queryable } from '../database/pool.ts';

/** The latest status of each provider, as written by workers. */
export async function readProviderStatus<Status>(
  db: Queryable,
): Promise<{ provider: string; status: Status; updatedAt: Date }[]> {
  const { rows } = await db.query<{ provider: string; status: Status; updatedAt: Date }>({
    name: 'read-provider-status',
    text: `select provider, status, updated_at as "updatedAt" from provider_status order by provider`,
  });
  return rows;
}

/**
 * Writes what a worker knows of each provider, and announces those whose state has changed: once, because the rows are
 * locked while they are compared. Use and latency change all the time; they are read, not announced.
 */
export async function writeProviderStatus(
  db: Queryable,
  statuses: { provider: string; status: object }[],
): Promise<void> {
  if (statuses.length === 0) return;
  await db.query({
    name: 'write-provider-status',
    text: `with input as (
             select * from unnest($1::text[], $2::jsonb[]) as t(provider, status)
           ), before as (
             select p.provider, p.status from provider_status p join input using (provider) order by p.provider for update of p
           ), changed as (
             select i.provider, i.status from input i join before b using (provider)
             where (i.status -> 'enabled', i.status -> 'health', i.status -> 'breaker')
               is distinct from (b.status -> 'enabled', b.status -> 'health', b.status -> 'breaker')
           ), told as (
             insert into events (type, items, size)
             select 'provider_status', jsonb_agg(jsonb_build_object('provider', provider, 'title', status -> 'title',
               'enabled', status -> 'enabled', 'health', status -> 'health', 'breaker', status -> 'breaker',
               'because', status -> 'because') order by provider), count(*)
             from changed having count(*) > 0
           )
           insert into provider_status (provider, status)
           select i.provider, i.status from input i left join before b using (provider) order by i.provider
           on conflict (provider) do update set status = excluded.status, updated_at = now()`,
    values: [statuses.map((s) => s.provider), statuses.map((s) => JSON.stringify(s.status))],
  });
}
