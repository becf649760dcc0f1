import { refreshToAccept, withDatabase } from '@freshet/testing';
import { acceptUnlimited } from './accept.ts';
import { cancelRefresh } from '../life/cancel.ts';

const { pool } = await withDatabase({ durable: false });

test('who joins brings the better of both: rank, deadline, a person for the schedule; and who had left is in again', async () => {
  const ofSchedule = { identity: 'same', source: 'schedule', rank: 30, deadlineS: 60 } as const;
  const ofPerson = { identity: 'same', source: 'manual', keyId: 'key_a', userId: 'usr_a' } as const;
  const joining = async (rank: number, deadlineS: number) =>
    (await acceptUnlimited(pool, [refreshToAccept('ref_2', { ...ofPerson, rank, deadlineS })]))[0];
  await acceptUnlimited(pool, [refreshToAccept('ref_1', ofSchedule)]);
  expect(await joining(10, 600)).toMatchObject({ outcome: 'joined', id: 'ref_1', rank: 10, raised: true });
  expect(await joining(20, 5)).toMatchObject({ rank: 10, raised: false });
  await cancelRefresh(pool, 'ref_1', { userId: 'usr_a', everyone: false });
  await joining(20, 5);
  const { rows } = await pool.query(
    `select source, seq, deadline_at - accepted_at > interval '5 minutes' as later, detached_caller from refreshes r,
       lateral (select detached from refresh_callers c where c.refresh_id = r.id) c(detached_caller)`,
  );
  expect(rows).toEqual([{ source: 'manual', seq: 1, later: true, detached_caller: false }]);
});
