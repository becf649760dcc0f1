import { isFinal, priorityOfRank } from '@freshet/contracts';
import type { OperationKey } from '@freshet/contracts/api';
import type { Retried } from '@freshet/queue';
import { replayDelivery } from '@freshet/store';
import { actorOf } from '../access/actor.ts';
import type { Api } from '../api.ts';
import type { Ask } from '../http/ask.ts';

type Asked = Pick<Ask<OperationKey>, 'who' | 'requestId' | 'remoteAddress' | 'once'>;

/**
 * For retries of failed jobs. A retried job has nothing to do if its refresh has ended, as a refresh ends only once. Then this starts a new refresh of the
 * same, once for all jobs of the old one, for the same user and without counting against limits. Returns the id of the new refresh; null if the
 * job itself goes on. A delivery that was given up is replayed for the same reason.
 */
export function beginAgain(
  api: Pick<Api, 'views' | 'door' | 'pool'>,
  asked: Asked,
): (job: Retried) => Promise<string | null> {
  const begun = new Map<string, Promise<string | null>>();
  return ({ refreshId, deliveryId }) => {
    const of = refreshId ?? deliveryId;
    if (!of) return Promise.resolve(null);
    const again = begun.get(of) ?? (refreshId ? begin(api, asked, refreshId) : deliverAgain(api, asked, of));
    begun.set(of, again);
    return again;
  };
}

async function deliverAgain({ pool }: Pick<Api, 'pool'>, asked: Asked, deliveryId: string): Promise<null> {
  await replayDelivery(pool, deliveryId, null, actorOf(asked));
  return null;
}

async function begin(
  { views, door }: Pick<Api, 'views' | 'door'>,
  { who, requestId, remoteAddress, once }: Asked,
  refreshId: string,
): Promise<string | null> {
  const known = await views.reread(refreshId);
  if (!known || !isFinal(known.record.status)) return null;
  // A cancelled refresh, or one that succeeded without the job, is not started again.
  if (known.record.status === 'cancelled' || known.record.status === 'success') return null;
  const { kind, target, mode, symbols, maxAgeS, rank, userId } = known.record;
  const { accepted } = await door.open({
    kind,
    target,
    body: {
      mode,
      symbols: symbols ?? undefined,
      max_age_s: maxAgeS ?? undefined,
      ...(priorityOfRank(rank) === 'emergency' && { priority: 'emergency' as const }),
      reason: `retry of ${refreshId}, whose job had failed`,
    },
    who: { ...who, userId: userId ?? who.userId },
    ...{ requestId, remoteAddress, once, counted: false },
  });
  return accepted.refresh_id;
}
