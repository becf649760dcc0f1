import type { Redis } from 'ioredis';

/**
 * Scripts over BullMQ's own keys, for questions that BullMQ doesn't answer in one round trip. bullmq is pinned exactly, and tests hold
 * these scripts to its real behaviour. They are sent as text with EVAL, so a flushed script cache doesn't matter.
 */

/** Returns those of the ids ARGV[3..] that have no job, or whose job is in one of the sets ARGV[2]. ARGV[1] is `<prefix>:<queue>:`. */
const MISSING = `
local missing = {}
local function isIn(sets, id)
  for set in string.gmatch(sets, '%a+') do
    if redis.call('ZSCORE', ARGV[1] .. set, id) then return true end
  end
end
for i = 3, #ARGV do
  local id = ARGV[i]
  if redis.call('EXISTS', ARGV[1] .. id) == 0 or isIn(ARGV[2], id) then
    missing[#missing + 1] = id
  end
end
return missing`;

/** Returns those of the ids ARGV[2..] whose job is running, which means that a worker holds its lock. ARGV[1] is `<prefix>:<queue>:`. */
const RUNNING = `
local running = {}
for i = 2, #ARGV do
  if redis.call('EXISTS', ARGV[1] .. ARGV[i] .. ':lock') == 1 then running[#running + 1] = ARGV[i] end
end
return running`;

/** Returns those of the ids ARGV[2..] that are in the failed set, each followed by its reason. */
const REASONS = `
local reasons = {}
for i = 2, #ARGV do
  local id = ARGV[i]
  if redis.call('ZSCORE', ARGV[1] .. 'failed', id) then
    reasons[#reasons + 1] = id
    reasons[#reasons + 1] = redis.call('HGET', ARGV[1] .. id, 'failedReason') or ''
  end
end
return reasons`;

/** Removes those of the ids ARGV[3..] whose job is in one of the sets ARGV[2], so that the same id can be added again. */
const FORGET = `
for i = 3, #ARGV do
  local id = ARGV[i]
  for set in string.gmatch(ARGV[2], '%a+') do
    if redis.call('ZREM', ARGV[1] .. set, id) > 0 then
      redis.call('DEL', ARGV[1] .. id, ARGV[1] .. id .. ':logs')
    end
  end
end
return 0`;

/** Gives the job ARGV[2] the rank ARGV[3] if that is more urgent than its own. The score is computed as BullMQ computes it. */
const RAISE = `
local key = ARGV[1] .. ARGV[2]
local rank = tonumber(ARGV[3])
local current = tonumber(redis.call('HGET', key, 'priority'))
if not current or current <= rank then return 0 end
redis.call('HSET', key, 'priority', rank)
if redis.call('ZSCORE', ARGV[1] .. 'prioritized', ARGV[2]) then
  local count = redis.call('INCR', ARGV[1] .. 'pc')
  redis.call('ZADD', ARGV[1] .. 'prioritized', rank * 0x100000000 + count % 0x100000000, ARGV[2])
end
return 1`;

/** Replaces whatever is stored under the id ARGV[2] with a job named ARGV[3] that carries ARGV[4]. Does nothing if the key is absent. */
const REWRITE = `
local key = ARGV[1] .. ARGV[2]
if redis.call('DEL', key) == 0 then return 0 end
redis.call('HSET', key, 'name', ARGV[3], 'data', ARGV[4], 'opts', '{}', 'timestamp', ARGV[5], 'delay', 0, 'priority', 0)
return 1`;

/**
 * Removes from the failed set those of the ids ARGV[2..] that have no job, or a key of another type in its place. That key is deleted too,
 * so that the id can be added again, unless it is one of the queue's own keys.
 */
const NO_JOBS = `
local own = ' active completed delayed events failed id limiter marker meta paused pc prioritized repeat stalled wait waiting-children '
local removed = 0
for i = 2, #ARGV do
  local id = ARGV[i]
  if redis.call('TYPE', ARGV[1] .. id).ok ~= 'hash' and redis.call('ZREM', ARGV[1] .. 'failed', id) > 0 then
    if not string.find(own, ' ' .. id .. ' ', 1, true) then redis.call('DEL', ARGV[1] .. id) end
    removed = removed + 1
  end
end
return removed`;

/**
 * Counts of one queue: waiting, active, delayed, failed, completed ever, parked ms, added-at of the oldest waiting job ('' if none).
 * Within a rank the first job is the oldest, so one read per rank in use is enough.
 */
const COUNTS = `
local base = ARGV[1]
local oldest = nil
local function look(id)
  local at = redis.pcall('HGET', base .. id, 'timestamp')
  at = type(at) == 'string' and tonumber(at)
  if at and (not oldest or at < oldest) then oldest = at end
end
local last = redis.call('LINDEX', base .. 'wait', -1)
if last then look(last) end
local from = '-inf'
for _ = 1, 16 do
  local first = redis.call('ZRANGEBYSCORE', base .. 'prioritized', from, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
  if #first == 0 then break end
  look(first[1])
  from = string.format('%.0f', (math.floor(tonumber(first[2]) / 0x100000000) + 1) * 0x100000000)
end
local parked = 0
if tonumber(redis.call('GET', base .. 'limiter') or '0') >= 1000000000 then
  parked = math.max(0, redis.call('PTTL', base .. 'limiter'))
end
return {
  redis.call('LLEN', base .. 'wait') + redis.call('ZCARD', base .. 'prioritized'),
  redis.call('LLEN', base .. 'active'),
  redis.call('ZCARD', base .. 'delayed'),
  redis.call('ZCARD', base .. 'failed'),
  tonumber(redis.call('HGET', base .. 'metrics:completed', 'count') or '0'),
  parked,
  oldest and string.format('%.0f', oldest) or ''
}`;

/** The prefix of all keys of a queue: `<prefix>:<queue>:`. */
export const keyBase = (prefix: string, queue: string): string => `${prefix}:${queue}:`;

/** The sets of jobs that no worker will take again. `PUT_OFF` adds the jobs that wait for a later time. */
export const FINISHED = 'completed failed';
export const PUT_OFF = `${FINISHED} delayed`;
export type Sets = typeof FINISHED | typeof PUT_OFF;

/** Those of these ids that need a new job: they have none, or it is in one of these sets. */
export async function missing(redis: Redis, base: string, sets: Sets, ids: readonly string[]): Promise<string[]> {
  return (await redis.eval(MISSING, 0, base, sets, ...ids)) as string[];
}

/** Those of these ids whose job is running now. */
export async function running(redis: Redis, base: string, ids: readonly string[]): Promise<string[]> {
  return (await redis.eval(RUNNING, 0, base, ...ids)) as string[];
}

/** The failure reasons by id, for those of these ids whose job is in the failed set. */
export async function failedReasons(redis: Redis, base: string, ids: readonly string[]): Promise<Map<string, string>> {
  const flat = (await redis.eval(REASONS, 0, base, ...ids)) as string[];
  return new Map(flat.flatMap((id, i) => (i % 2 === 0 ? [[id, flat[i + 1] as string]] : [])));
}

/** Removes the jobs of these ids that are in one of these sets, so that the same ids can be rung again. */
export async function forget(redis: Redis, base: string, sets: Sets, ids: readonly string[]): Promise<void> {
  await redis.eval(FORGET, 0, base, sets, ...ids);
}

/** Gives a waiting job a more urgent rank. A job whose rank is as urgent already stays as it is. */
export async function raise(redis: Redis, base: string, jobId: string, rank: number): Promise<void> {
  await redis.eval(RAISE, 0, base, jobId, rank);
}

/** Replaces a job's name and content. False when nothing is stored under its id. */
export async function rewriteJob(redis: Redis, base: string, id: string, name: string, data: object): Promise<boolean> {
  return (await redis.eval(REWRITE, 0, base, id, name, JSON.stringify(data), Date.now())) === 1;
}

/** Removes entries of the failed set that are no jobs. @returns how many were removed */
export async function dropNoJobs(redis: Redis, base: string, ids: readonly string[]): Promise<number> {
  return (await redis.eval(NO_JOBS, 0, base, ...ids)) as number;
}

export interface QueueCounts {
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
  completed: number;
  parkedMs: number;
  oldestAddedAt: number | null;
}

/** The counts of several queues in one round trip. */
export async function counts(redis: Redis, bases: readonly string[]): Promise<QueueCounts[]> {
  const pipeline = redis.pipeline();
  for (const base of bases) pipeline.eval(COUNTS, 0, base);
  const answers = (await pipeline.exec()) ?? [];
  return answers.map(([error, answer]) => {
    if (error) throw error;
    const [waiting, active, delayed, failed, completed, parkedMs, oldest] = answer as [
      number,
      number,
      number,
      number,
      number,
      number,
      string,
    ];
    return { waiting, active, delayed, failed, completed, parkedMs, oldestAddedAt: oldest ? Number(oldest) : null };
  });
}
