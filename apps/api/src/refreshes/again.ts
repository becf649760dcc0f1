import { isFinal, priorityOfRank } from '@freshet/contracts';
import type { OperationKey } from '@freshet/contracts/api';
import type { Retried } from '@freshet/queue';
import { replayDelivery } from '@freshet/store';
import { actorOf } from '../access/actor.ts';
import type { Api } from '../api.ts';
import type { Ask } from '../http/ask.ts';

type Asked = Pick<Ask<OperationKey>, 'who' | 'requestId' | 'remoteAddress' | 'once'>;

/**
 * A failed job that is tried again finds nothing to do when its refresh has ended meanwhile, as a refresh ends only once. Then the same is
 * asked for anew, for the same user and at nobody's expense, once for all jobs of it. Answers the new refresh; null where the job itself goes on.
 * A delivery that was given up is begun anew for the same reason.
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
  // What somebody took back, or what came to a good end without the job, isn't wanted again.
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
      reason: `${refreshId} again, whose job had failed`,
    },
    who: { ...who, userId: userId ?? who.userId },
    ...{ requestId, remoteAddress, once, counted: false },
  });
  return accepted.refresh_id;
}
