import { type OncePlace, writeEffect } from './idempotency.ts';
import type { Queryable } from '../database/pool.ts';

/** Who makes a change, and from where. */
export interface Actor {
  keyId: string;
  userId: string;
  role: string;
  requestId: string;
  remoteAddress: string;
  /** The idempotency key of the request that makes it. */
  once?: OncePlace | null;
}

/** The actor of changes that the system makes by itself. */
export const NOBODY: Actor = { keyId: '', userId: '', role: 'system', requestId: '', remoteAddress: '' };

/** Records a change, in its transaction if there is one. An idempotent request's key gets it as an effect, too. */
export async function writeAudit(
  db: Queryable,
  actor: Actor,
  entry: { action: string; subject: string | null; detail?: object | null },
): Promise<void> {
  await db.query({
    name: 'write-audit',
    text: `insert into audit_log (key_id, user_id, role, action, subject, detail, request_id, remote_address)
           values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    values: [
      actor.keyId || null,
      actor.userId || null,
      actor.role,
      entry.action,
      entry.subject,
      entry.detail ? JSON.stringify(entry.detail) : null,
      actor.requestId || null,
      actor.remoteAddress || null,
    ],
  });
  if (actor.once) await writeEffect(db, actor.once, { name: entry.action, value: entry.subject });
}

export interface AuditRow {
  id: string;
  at: Date;
  keyId: string | null;
  userId: string | null;
  role: string | null;
  action: string;
  subject: string | null;
  detail: unknown;
  requestId: string | null;
  remoteAddress: string | null;
}

/** Changes, and refreshes with those who joined them (whose rows are their own entries), newest first. */
export async function listAudit(
  db: Queryable,
  filter: { userId?: string; action?: string; since?: Date; before?: { at: Date; id: string }; limit: number },
): Promise<AuditRow[]> {
  const { rows } = await db.query<AuditRow>(
    `select * from (
       (select 'aud_' || lpad(id::text, 12, '0') as id, at, key_id as "keyId", user_id as "userId", role, action, subject,
               detail, request_id as "requestId", remote_address as "remoteAddress"
        from audit_log where ($1::text is null or user_id = $1) and ($2::text is null or action = $2)
          and ($3::timestamptz is null or at >= $3)
          and ($4::timestamptz is null or (at, 'aud_' || lpad(id::text, 12, '0')) < ($4, $5))
        order by at desc, audit_log.id desc limit $6)
       union all
       (select id, accepted_at, key_id, user_id, role, 'refresh.' || kind, id,
               jsonb_build_object('mode', mode, 'target', target, 'symbols', cardinality(symbols), 'source', source,
                 'reason', reason, 'status', status), request_id, remote_address
        from refreshes where ($1::text is null or user_id = $1) and ($2::text is null or $2 like 'refresh.%' and kind = substr($2, 9))
          and ($3::timestamptz is null or accepted_at >= $3)
          and ($4::timestamptz is null or (accepted_at, id) < ($4, $5))
        order by accepted_at desc, id desc limit $6)
       union all
       (select c.refresh_id || '.' || c.key_id, c.joined_at, nullif(c.key_id, 'schedule'), c.user_id, c.role, 'refresh.' || r.kind,
               c.refresh_id, jsonb_build_object('joined', true, 'reason', c.reason, 'status', r.status), c.request_id, c.remote_address
        from refresh_callers c join refreshes r on r.id = c.refresh_id
        where ($1::text is null or c.user_id = $1) and ($2::text is null or $2 like 'refresh.%' and r.kind = substr($2, 9))
          and ($3::timestamptz is null or c.joined_at >= $3)
          and ($4::timestamptz is null or (c.joined_at, c.refresh_id || '.' || c.key_id) < ($4, $5))
        order by c.joined_at desc, c.refresh_id desc, c.key_id desc limit $6)
     ) entries order by at desc, id desc limit $6`,
    [
      filter.userId ?? null,
      filter.action ?? null,
      filter.since?.toISOString() ?? null,
      filter.before?.at.toISOString() ?? null,
      filter.before?.id ?? null,
      filter.limit,
    ],
  );
  return rows;
}
