import { refreshToAccept } from '@freshet/testing';
import { type Accepted, acceptUnlimited } from '../accept/accept.ts';
import { cancelRefresh } from './cancel.ts';
import { claimWants } from '../call/claim.ts';
import { dropOrphanWants } from '../call/drop-wants.ts';
import { failCalculations } from '../follow/follow.ts';
import { newId } from '../database/ids.ts';
import { clearLane } from '../call/lane-clearing.ts';
import { again, type Pool, withTx } from '../database/pool.ts';
import { LANES, PORTFOLIOS, type Step, SYMBOLS } from './state-machine-steps.fixture.ts';
import { look, wakes } from './state-machine-truths.fixture.ts';
import { calculate, land, plan, ring, type Story } from './state-machine-workers.fixture.ts';
import { endOverdue, freeClaims, markRung } from '../upkeep/sweep.ts';
import { createEndpoint, deleteEndpoint, listEndpoints } from '../webhooks/webhook-endpoints.ts';

export type { Story } from './state-machine-workers.fixture.ts';

/** Callers: three people, and a schedule, which has neither key nor user. */
const CALLERS = [
  { keyId: 'key_a', userId: 'usr_a', rank: 20, source: 'manual' },
  { keyId: 'key_b', userId: 'usr_b', rank: 20, source: 'manual' },
  { keyId: 'key_c', userId: 'usr_c', rank: 10, source: 'manual' },
  { keyId: null, userId: null, rank: 30, source: 'schedule' },
] as const;

/** Takes a step, in whichever process it happens. */
export async function take(each: Step, story: Story): Promise<void> {
  const { pool } = story;
  const refresh = 'refresh' in each ? story.refreshes[each.refresh % Math.max(1, story.refreshes.length)] : undefined;
  switch (each.do) {
    case 'accept':
      return accept(each.what, CALLERS[each.who % CALLERS.length] as (typeof CALLERS)[number], story);
    case 'plan':
      return refresh ? plan(story, refresh, each) : undefined;
    case 'claim': {
      const [callId, lane] = [`call-${each.call}`, LANES[each.lane] as string];
      const ask = { data: 'quote', limit: each.limit, byAge: each.byAge };
      const claims = await again(() => claimWants(pool, lane, callId, ask));
      if (claims.length > 0) story.answers.push({ callId, claims });
      return;
    }
    case 'land': {
      const answer = story.answers[each.answer % Math.max(1, story.answers.length)];
      if (!answer) return;
      const receivedAt = new Date(Date.now() - each.agoMs);
      for (let i = 0; i < (each.twice ? 2 : 1); i++) await land(story, answer, each.outcomes, receivedAt);
      return;
    }
    case 'kill':
      // What it had asked for may still come back, late.
      return void (await freeClaims(pool, [`call-${each.call}`]));
    case 'cancel': {
      const who = CALLERS[each.who % 3] as (typeof CALLERS)[0];
      const by = { userId: who.userId, everyone: each.admin };
      return refresh ? ring(story, await cancelRefresh(pool, refresh, by)) : undefined;
    }
    case 'deadline':
      await withTx(pool, (client) =>
        client.query(`update refreshes set deadline_at = clock_timestamp() - interval '1 second' where id = $1`, [
          refresh,
        ]),
      );
      return ring(story, await endOverdue(pool));
    case 'sweep':
      // Time passes; as a transaction that is tried again, since its locks meet those of real steps in any order.
      await withTx(pool, (client) => client.query(`update wants set since = since - interval '1 minute'`));
      return void (await dropOrphanWants(pool));
    case 'park': {
      const lane = LANES[each.lane] as string;
      const other = LANES[1 - each.lane] as string;
      const why = { provider: lane, reason: 'quota_spent', detail: 'the day is spent' };
      const cleared = await clearLane(pool, lane, { until: new Date(Date.now() + 3_600_000), why }, ({ tried }) =>
        each.elsewhere && !tried.some(({ provider }) => provider === other) ? { lane: other } : { nobody: [] },
      );
      return ring(story, cleared);
    }
    case 'calculate':
      return refresh ? calculate(story, refresh, each.slice, each.ends) : undefined;
    case 'give up':
      return refresh ? ring(story, await failCalculations(pool, refresh, 'it could not be calculated')) : undefined;
    case 'ring':
      return markRung(pool, story.refreshes);
    case 'endpoint':
      return changeEndpoints(pool, CALLERS[each.who % 3]?.userId as string);
  }
}

/** Whoever has an endpoint deletes it, whoever has none makes one. */
async function changeEndpoints(pool: Pool, userId: string): Promise<void> {
  const [there] = await listEndpoints(pool, { userId, limit: 1 });
  const actor = { keyId: 'key_a', userId, role: 'user', requestId: '', remoteAddress: '' };
  const events = ['refresh.completed', 'refresh.cancelled'];
  if (there) await deleteEndpoint(pool, there.id, '*', actor);
  else await createEndpoint(pool, { userId, url: 'https://a.example', events, secret: 's' }, actor);
}

async function accept(what: number, who: (typeof CALLERS)[number], { pool, refreshes }: Story): Promise<void> {
  const identity = `same-${what}`;
  const row = refreshToAccept(newId('refresh'), { identity, role: 'user', ...who });
  const { rows: waiting } = await pool.query<{ id: string }>(
    `select id from refreshes where identity = $1 and status = 'queued'`,
    [identity],
  );
  const [accepted] = (await again(() => acceptUnlimited(pool, [row]))) as [Exclude<Accepted, { outcome: 'limited' }>];
  if (accepted.outcome === 'accepted') refreshes.push(accepted.id);
  else expect(waiting.length === 0 || waiting[0]?.id === accepted.id).toBe(true);
}

/** Everybody goes on with their work, nobody dies any more: all of it must come to an end. */
export async function settleDown(story: Story): Promise<void> {
  const { pool, refreshes } = story;
  for (let round = 0; round < 12; round++) {
    await freeClaims(pool, ['call-0', 'call-1', 'call-2', 'call-3']);
    for (const id of refreshes) {
      await plan(story, id, { do: 'plan', refresh: 0, wants: SYMBOLS, fresh: [], portfolios: 1, lane: 0, contentS: 0 });
    }
    for (const lane of LANES) {
      const claims = await claimWants(pool, lane, 'call-last', { data: 'quote', limit: 50, byAge: false });
      await land(story, { callId: 'call-last', claims }, ['landed'], new Date());
    }
    for (const id of refreshes) {
      for (const slice of PORTFOLIOS.keys()) await calculate(story, id, slice, 'updated');
    }
    wakes(await look(pool), story);
    const { rows } = await pool.query(`select from refreshes where status in ('queued', 'in_progress')`);
    if (rows.length === 0) return;
  }
  throw new Error('it did not come to an end');
}
