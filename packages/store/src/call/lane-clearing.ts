import { conclude, type Landed, nothingLanded, passOn } from './conclude.ts';
import { noteStale } from './note-stale.ts';
import { type AtEnd, type Client, type Pool, withTx } from '../database/pool.ts';
import { settleItems } from './settle-items.ts';

export interface ParkedWant {
  symbol: string;
  data: string;
  class: string;
  tried: Tried[];
}

interface Tried {
  provider: string;
  reason: string;
  detail?: string;
}

/**
 * Where a want goes: to another lane; to nobody, as no other provider can serve it (`nobody` names those that could,
 * but are down); or `later`, it waits here until another lane has room. `atOnce`: give it up however soon this provider
 * is back.
 */
export type Elsewhere = { lane: string } | { nobody: Tried[]; atOnce?: boolean } | 'later';

interface Parked {
  /** Null: nobody knows until when. */
  until: Date | null;
  /**
   * The provider is failing and won't be asked for long. Wants that no other provider can serve are given up at once.
   */
  isDown?: boolean;
  why: Tried;
}

type Choose = (want: ParkedWant, waiting: ReadonlyMap<string, number>) => Elsewhere;

/** Wants per transaction. */
const CHUNK = 2_000;

/**
 * Clears the lane of a provider that can't be asked for long. Its wants, the most urgent first, move to lanes that have
 * room now. Those that nobody else can serve before the refreshes' deadlines are skipped as `quota`, with the time of
 * the next chance. They fail if more than quota is missing, and while the provider is down they don't wait for the
 * deadline. The rest waits. One process at a time clears a lane; to the others it is a no-op.
 */
export async function clearLane(pool: Pool, lane: string, parked: Parked, choose: Choose): Promise<Landed> {
  const all = nothingLanded();
  let after: Place | null = { rank: -1, turn: '0', symbol: '', data: '' };
  while (after) {
    const { landed, last } = await clearChunk(pool, lane, parked, choose, after);
    for (const name of ['changed', 'ended', 'follow', 'next'] as const) all[name].push(...(landed[name] as never[]));
    for (const [to, wants] of Object.entries(landed.passedOn)) passOn(all, to, wants);
    after = last;
  }
  return all;
}

/** Where a want stands in its lane. */
interface Place {
  rank: number;
  turn: string;
  symbol: string;
  data: string;
}

/** The wants after `after`; `last`: where the next ones begin, null when there are none. */
function clearChunk(
  pool: Pool,
  lane: string,
  parked: Parked,
  choose: Choose,
  after: Place,
): Promise<{ landed: Landed; last: Place | null }> {
  return withTx(pool, async (client, atEnd) => {
    const waiting = await waitingIfAlone(client, lane);
    if (!waiting) return { landed: nothingLanded(), last: null };
    // A want is hopeless if even the last deadline of those who wait for it is too early, or if nobody waits for it.
    const { rows } = await client.query<HopelessWant & Place & { deadline: Date | null }>(
      `select w.symbol, w.data, w.class, w.tried, w.rank, w.turn::text as turn, w.held is not null as held,
         (select max(r.deadline_at) from refresh_items i join refreshes r on r.id = i.refresh_id
          where i.subject = w.symbol and i.data = w.data and i.state = 'waiting') as deadline
       from wants w where w.lane = $1 and w.call_id is null and (w.rank, w.turn, w.symbol, w.data) > ($2, $3::bigint, $4, $5)
       order by w.rank, w.turn, w.symbol, w.data limit ${CHUNK} for update of w skip locked`,
      [lane, after.rank, after.turn, after.symbol, after.data],
    );
    if (rows.length === 0) return { landed: nothingLanded(), last: null };
    const moved: { want: ParkedWant & Place; to: string }[] = [];
    const hopeless: HopelessWant[] = [];
    for (const want of rows) {
      const choice = choose(want, waiting);
      if (choice === 'later') continue;
      if ('nobody' in choice) {
        const tooLate =
          choice.atOnce || parked.isDown || !want.deadline || !parked.until || want.deadline < parked.until;
        if (tooLate) hopeless.push({ ...want, tried: [...want.tried, ...choice.nobody] });
        continue;
      }
      moved.push({ want, to: choice.lane });
      waiting.set(choice.lane, (waiting.get(choice.lane) ?? 0) + 1);
    }
    await move(client, moved, parked);
    const landed = await giveUp(client, lane, hopeless, parked, atEnd);
    for (const { want, to } of moved) passOn(landed, to, { wants: 1, rank: want.rank });
    return { landed, last: rows.length < CHUNK ? null : (rows.at(-1) ?? null) };
  });
}

/**
 * Locks this lane for clearing, and counts the wants that wait in each of the others. Null: another process has the
 * lock.
 */
async function waitingIfAlone(client: Client, lane: string): Promise<Map<string, number> | null> {
  const { rows } = await client.query<{ free: boolean }>(
    `select pg_try_advisory_xact_lock(hashtext('clear lane'), hashtext($1)) as free`,
    [lane],
  );
  if (!rows[0]?.free) return null;
  const counts = await client.query<{ lane: string; n: number }>(
    'select lane, count(*)::int as n from wants where call_id is null and lane <> $1 group by lane',
    [lane],
  );
  return new Map(counts.rows.map(({ lane: name, n }) => [name, n]));
}

async function move(client: Client, moved: { want: ParkedWant; to: string }[], { why }: Parked): Promise<void> {
  if (moved.length === 0) return;
  await client.query(
    `update wants w set lane = t.lane, tried = w.tried || $4::jsonb, fence = w.fence + 1
     from unnest($1::text[], $2::text[], $3::text[]) as t(symbol, data, lane) where w.symbol = t.symbol and w.data = t.data`,
    [
      moved.map(({ want }) => want.symbol),
      moved.map(({ want }) => want.data),
      moved.map(({ to }) => to),
      JSON.stringify([why]),
    ],
  );
}

/** `held`: another provider's price stays in quarantine, because no second opinion can be had now. */
type HopelessWant = ParkedWant & { held: boolean };

async function giveUp(
  client: Client,
  lane: string,
  wants: HopelessWant[],
  { until, why }: Parked,
  atEnd: AtEnd,
): Promise<Landed> {
  if (wants.length === 0) return nothingLanded();
  await client.query(
    `delete from wants w using unnest($1::text[], $2::text[]) as t(symbol, data) where w.symbol = t.symbol and w.data = t.data`,
    [wants.map(({ symbol }) => symbol), wants.map(({ data }) => data)],
  );
  const ends = wants.map((want) => ({
    ...{ subject: want.symbol, data: want.data, chain: [...want.tried, why] },
    ...endOf(want, why),
  }));
  const stale = await noteStale(client, ends);
  const settled = await settleItems(
    client,
    ends.map((end) => ({
      ...end,
      source: null,
      nextRefreshAt: until,
      answeredAt: null,
      call: 1,
    })),
    { provider: lane, made: [0], touched: [] },
  );
  return conclude(client, settled, atEnd, stale);
}

/** The provider has no quota left, and nothing is wrong with it. */
const SPENT: readonly string[] = ['quota_spent', 'rate_limited'];
/** The provider has a fault; one that merely doesn't know the symbol has none. */
const BROKEN: readonly string[] = ['unavailable', 'malformed', 'bad_key'];

/** If a provider is down, its fault is the reason, not the missing quota of another one: somebody has to see it. */
function endOf({ held, tried }: HopelessWant, why: Tried) {
  const detail = why.detail ?? null;
  if (held) return { state: 'skipped' as const, reason: 'quarantined', detail };
  if (!SPENT.includes(why.reason)) return { state: 'failed' as const, reason: why.reason, detail };
  const broken = tried.findLast(({ reason }) => BROKEN.includes(reason));
  if (!broken) return { state: 'skipped' as const, reason: 'quota', detail };
  const told = broken.detail ?? `${broken.provider} is down`;
  return { state: 'failed' as const, reason: broken.reason, detail: `${told}; of ${why.provider} no quota is left` };
}
