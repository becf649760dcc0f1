import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { arrivalsAt } from '../simulator-log.ts';
import type { System } from '../system.ts';

/** Longer than any deadline. */
const PATIENCE_MS = 330_000;

/** Each query finds rows that must not exist; they are printed. */
const WRONG: Record<string, string> = {
  'accepted, and not in the record': `select id from unnest($1::text[]) as t(id) where not exists (select from refreshes r where r.id = t.id)`,
  'accepted, and still open': `select id, status from refreshes where id = any($1) and ended_at is null`,
  'ended with items that are open or miscounted': `
    select r.id, r.status, r.total, r.done, count(i.subject)::int as items, (count(*) filter (where i.state = 'waiting'))::int as waiting
    from refreshes r left join refresh_items i on i.refresh_id = r.id
    where r.id = any($1) and r.status in ('success', 'partial', 'failed')
    group by r.id having r.done <> r.total or count(i.subject) <> r.total or count(*) filter (where i.state = 'waiting') > 0`,
  'ended more than once, or untold': `
    select r.id, r.status, count(e.refresh_id)::int as told from refreshes r
    left join events e on e.refresh_id = r.id and e.type = 'refresh_progress' and e.items -> 0 ->> 'status' = r.status
    where r.id = any($1) and r.ended_at is not null group by r.id having count(e.refresh_id) <> 1`,
};

const TOLD: Record<string, string> = {
  'the slowest, and what they waited for': `
    select r.kind, round(extract(epoch from r.ended_at - r.accepted_at))::int as seconds, l.subject, l.data, coalesce(l.source, l.reason) as by
    from refreshes r left join lateral (
      select * from refresh_items i where i.refresh_id = r.id and i.settled_at is not null order by i.settled_at desc limit 1) l on true
    where r.id = any($1) order by r.ended_at - r.accepted_at desc limit 5`,
  'how they ended': `select status, count(*)::int as n from refreshes where id = any($1) group by 1 order by 2 desc`,
  'why items failed': `select i.reason, count(*)::int as n from refresh_items i where i.refresh_id = any($1) and i.state = 'failed' group by 1 order by 2 desc`,
};

/** Waits until all refreshes have ended, then runs the queries. */
export async function judge(system: System, accepted: Set<string>): Promise<{ told: string[]; wrong: string[] }> {
  const db = new pg.Client({ connectionString: system.databaseUrl });
  await db.connect();
  try {
    const ids = [...accepted];
    const begun = Date.now();
    while (Date.now() - begun < PATIENCE_MS && (await openOf(db, ids)) > 0) await sleep(500);
    const told = [`all had ended ${Math.round((Date.now() - begun) / 1_000)} s later`];
    for (const [what, text] of Object.entries(TOLD))
      told.push(`${what}: ${JSON.stringify((await db.query(text, [ids])).rows)}`);
    const wrong: string[] = [];
    for (const [what, text] of Object.entries(WRONG)) {
      const { rows } = await db.query(text, [ids]);
      if (rows.length > 0) wrong.push(`${rows.length} ${what}: ${JSON.stringify(rows.slice(0, 5))}`);
    }
    const over = await callsOver(system);
    if (over.length > 0) wrong.push(`asked too much: ${over.join(', ')}`);
    return { told, wrong };
  } finally {
    await db.end();
  }
}

async function openOf(db: pg.Client, ids: string[]): Promise<number> {
  const { rows } = await db.query<{ n: number }>(
    'select count(*)::int as n from refreshes where id = any($1) and ended_at is null',
    [ids],
  );
  return rows[0]?.n ?? 0;
}

/** Providers whose limits were exceeded, by the simulator's own judgement. */
async function callsOver({ api, simulator, keys }: System): Promise<string[]> {
  const response = await fetch(`${api}/api/v1/market-data/sources/status`, {
    headers: { authorization: `Bearer ${keys.admin}` },
  });
  const { sources } = (await response.json()) as { sources: { provider: string }[] };
  const over: string[] = [];
  for (const { provider } of sources) {
    const calls = (await arrivalsAt(simulator, provider)).filter(({ violation }) => violation);
    if (calls.length > 0) over.push(`${provider} by ${calls.length}`);
  }
  return over;
}
