import { done, type Job, type StepOutcome } from './outcome.ts';
import type { World } from './ports.ts';
import { ringFollowers } from './rings.ts';

/** What follows the fetching: calculate, announce, finish. The fence that it takes is named by every commit of it. */
export async function follow(refreshId: string, job: Job, world: World): Promise<StepOutcome> {
  const started = await world.record.startFollow(refreshId);
  if (!started) return done;
  await world.calculations.run({ refreshId, ...started, signal: job.signal });
  await ringFollowers(await world.record.finish(refreshId, started.fence), world);
  return done;
}
