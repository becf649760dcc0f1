import { followJobId } from './jobs.ts';
import { failedReasons, keyBase } from './lua.ts';
import type { Queues } from './queues.ts';

const POISON = 'poison: ';

/** The failure reason of a poison job, shown in the failed list and as the reason why its refresh failed. */
export const poisonAfter = (deaths: number): string => `${POISON}${deaths} workers died in the middle of this job`;

export const isPoison = (reason: string | null | undefined): boolean => reason?.startsWith(POISON) ?? false;

/** The queues whose jobs belong to a row in Postgres that has to fail with its poison job. */
export type MayBePoison = 'refresh' | 'follow' | 'deliver';

/** Those of these ids whose job was given up as poison, with the reason; one round trip. */
export async function poisoned(
  queues: Queues,
  queue: MayBePoison,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const jobOf = (id: string) => (queue === 'follow' ? followJobId(id) : id);
  const reasons = await queues.ask((redis) => failedReasons(redis, keyBase(queues.prefix, queue), ids.map(jobOf)));
  const found = ids.map((id) => [id, reasons.get(jobOf(id)) ?? ''] as const);
  return new Map(found.filter(([, reason]) => isPoison(reason)));
}
