import { type CreationLimits, type LimitState, limitStates, oneFewer } from './creation-limits.ts';
import type { Effects, OncePlace } from '../access/idempotency.ts';
import { type Pool, type Queryable, withTx } from '../database/pool.ts';

/** A refresh as it is accepted: everything that the row needs. */
export interface RefreshToAccept {
  id: string;
  kind: string;
  mode: string;
  target: object;
  symbols: string[] | null;
  maxAgeS: number | null;
  identity: string;
  scope: string;
  rank: number;
  source: 'manual' | 'schedule' | 'trigger';
  keyId: string | null;
  userId: string | null;
  role: string;
  deadlineS: number;
  reason: string | null;
  requestId: string | null;
  remoteAddress: string | null;
  callbackEndpoint: string | null;
  traceparent: string | null;
  estimate: object | null;
  /** The idempotency key of the request, if it has one. How the refresh was accepted is recorded in the key's row. */
  once?: OncePlace | null;
}

export type Accepted =
  | {
      outcome: 'accepted' | 'joined';
      id: string;
      rank: number;
      raised: boolean;
      acceptedAt: Date;
      limits: LimitState[];
    }
  | { outcome: 'limited'; violated: LimitState; limits: LimitState[] };

/**
 * Accepts refreshes that no creation limit applies to (internal callers), many in one statement. Each gets a row, or
 * joins the queued refresh of the same identity. Identities must differ within one call: `createAcceptBatch` ensures
 * that.
 */
export async function acceptUnlimited(pool: Queryable, refreshes: RefreshToAccept[]): Promise<Accepted[]> {
  const { rows } = await pool.query<AcceptedRow>(acceptStatement(refreshes, { counted: false }));
  return answers(refreshes, rows, []);
}

/**
 * Accepts one refresh of a principal with creation limits. The limits are counted over the rows of the refreshes, under
 * a lock per principal, so they hold across replicas, restarts and a wiped Redis. Joining a queued refresh is not
 * counted.
 */
export function acceptLimited(pool: Pool, refresh: RefreshToAccept, limits: CreationLimits): Promise<Accepted> {
  return withTx(pool, async (client) => {
    const who = refresh.userId ?? refresh.keyId ?? '';
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 7305))', [who]);
    const states = await limitStates(client, refresh, limits);
    const { rows: waiting } = await client.query(
      `select from refreshes where identity = $1 and status = 'queued' for update`,
      [refresh.identity],
    );
    const violated = states.find((state) => state.remaining <= 0);
    if (waiting.length === 0 && violated) return { outcome: 'limited', violated, limits: states };
    const { rows } = await client.query<AcceptedRow>(acceptStatement([refresh], { counted: true }));
    const created = rows[0]?.created ?? false;
    const after = states.map((state) => (created ? oneFewer(state) : state));
    return answers([refresh], rows, after)[0] as Accepted;
  });
}

interface AcceptedRow {
  place: number;
  id: string;
  rank: number;
  created: boolean;
  raised: boolean;
  acceptedAt: Date;
}

function answers(refreshes: RefreshToAccept[], rows: AcceptedRow[], limits: LimitState[]): Accepted[] {
  const byPlace = new Map(rows.map((row) => [row.place, row]));
  return refreshes.map((refresh, i) => {
    const row = byPlace.get(i + 1);
    if (!row) throw new Error(`the database answered nothing about ${refresh.id}`);
    const { id, rank, raised, acceptedAt } = row;
    return { outcome: row.created ? 'accepted' : 'joined', id, rank, raised, acceptedAt, limits };
  });
}

/** Most requests have no idempotency key. Their statement leaves out the part that writes to the key's row. */
function acceptStatement(refreshes: RefreshToAccept[], { counted }: { counted: boolean }) {
  const kept = refreshes.some(({ once }) => once);
  return {
    name: `accept${counted ? '-counted' : ''}${kept ? '-once' : ''}`,
    text: acceptText({ counted, kept }),
    values: [
      ...columnsOf(refreshes),
      ...(kept ? [refreshes.map((r) => r.once?.principal), refreshes.map((r) => r.once?.key)] : []),
    ],
  };
}

function columnsOf(refreshes: RefreshToAccept[]): unknown[] {
  return [
    refreshes.map((r) => r.id),
    refreshes.map((r) => r.kind),
    refreshes.map((r) => r.mode),
    refreshes.map((r) => JSON.stringify(r.target)),
    // Arrays of arrays must be rectangular in Postgres: the symbols travel as JSON.
    refreshes.map((r) => (r.symbols ? JSON.stringify(r.symbols) : null)),
    refreshes.map((r) => r.maxAgeS),
    refreshes.map((r) => r.identity),
    refreshes.map((r) => r.scope),
    refreshes.map((r) => r.rank),
    refreshes.map((r) => r.source),
    refreshes.map((r) => r.keyId),
    refreshes.map((r) => r.userId),
    refreshes.map((r) => r.role),
    refreshes.map((r) => r.deadlineS),
    refreshes.map((r) => r.reason),
    refreshes.map((r) => r.requestId),
    refreshes.map((r) => r.remoteAddress),
    refreshes.map((r) => r.callbackEndpoint),
    refreshes.map((r) => r.traceparent),
    refreshes.map((r) => (r.estimate ? JSON.stringify(r.estimate) : null)),
  ];
}

/**
 * A schedule has no API key, but counts as a caller (under its source): a refresh that it joined goes on when all the
 * people who asked for it cancel.
 */
const acceptText = ({ counted, kept }: { counted: boolean; kept: boolean }) => `
  with input as (
    select * from unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::jsonb[], $6::int[], $7::text[], $8::text[],
      $9::int[], $10::text[], $11::text[], $12::text[], $13::text[], $14::int[], $15::text[], $16::text[], $17::text[],
      $18::text[], $19::text[], $20::jsonb[]${kept ? ', $21::text[], $22::text[]' : ''}) with ordinality
      as t(id, kind, mode, target, symbols, max_age_s, identity, scope, rank, source, key_id, user_id, role, deadline_s,
           reason, request_id, remote_address, callback_endpoint, traceparent, estimate${kept ? ', once_principal, once_key' : ''}, place)
  ), opened as (
    insert into refreshes as r (id, kind, mode, target, symbols, max_age_s, identity, scope, rank, source, key_id, user_id,
      role, counted, reason, request_id, remote_address, callback_endpoint, traceparent, estimate, deadline_at)
    select id, kind, mode, target, case when symbols is not null then array(select jsonb_array_elements_text(symbols)) end,
      max_age_s, identity, scope, rank, source, key_id, user_id, role, ${counted}, reason, request_id, remote_address,
      callback_endpoint, traceparent, estimate, clock_timestamp() + make_interval(secs => deadline_s)
    from input order by identity
    on conflict (identity) where status = 'queued' do update set
      rank = least(r.rank, excluded.rank), seq = r.seq + (excluded.rank < r.rank)::int,
      source = case when excluded.source = 'manual' then excluded.source else r.source end,
      deadline_at = greatest(r.deadline_at, excluded.deadline_at)
    returning r.id, r.identity, r.rank, r.accepted_at, (xmax = 0) as created
  ), joined as (
    insert into refresh_callers as c (refresh_id, key_id, user_id, role, reason, callback_endpoint, request_id, remote_address)
    select o.id, coalesce(i.key_id, i.source), i.user_id, i.role, i.reason, i.callback_endpoint, i.request_id, i.remote_address
    from opened o join input i using (identity)
    where not o.created
    on conflict (refresh_id, key_id) do update set detached = false,
      callback_endpoint = coalesce(c.callback_endpoint, excluded.callback_endpoint),
      -- Every accepted callback is kept: a later one does not replace an earlier one.
      further_callbacks = case
        when excluded.callback_endpoint <> c.callback_endpoint and excluded.callback_endpoint <> all(c.further_callbacks)
        then c.further_callbacks || excluded.callback_endpoint else c.further_callbacks end
  )${kept ? KEPT : ''}
  select i.place::int as place, o.id, o.rank, o.created, (not o.created and i.rank = o.rank) as raised,
         o.accepted_at as "acceptedAt"
  from input i join opened o using (identity)`;

const KEPT = `, kept as (
    update idempotency_keys k set effects = k.effects || jsonb_build_object(i.identity,
      jsonb_build_object('id', o.id, 'rank', o.rank, 'created', o.created, 'estimate', i.estimate))
    from input i join opened o using (identity)
    where k.principal = i.once_principal and k.key = i.once_key and k.status is null
  )`;

/** How an idempotent request was accepted before its process died; null if it did not get that far. */
export function acceptedBefore(effects: Effects, identity: string) {
  const effect = effects[identity];
  return effect === undefined ? null : (effect as Pick<AcceptedRow, 'id' | 'rank' | 'created'> & { estimate: unknown });
}
