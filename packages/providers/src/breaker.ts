import type { Redis } from 'ioredis';
import { script } from './quota/scripts.ts';
import type { UsageKey } from './quota/usage.ts';

/**
 * Whether a provider may be called at all; the state is shared by all processes.
 * `open`: it keeps failing. `off`: its key was refused. In both states one call at a time probes it from `until` on.
 */
export type BreakerState =
  | { is: 'closed' }
  | {
      is: 'open' | 'off';
      until: number;
      times: number;
      why: string;
      /** Absent when an older version opened the breaker. */
      since?: number;
    };

export interface BreakerEvent {
  /** How the answer counts. A spent quota is `neutral`: no failure of the provider. */
  answer: 'good' | 'failed' | 'neutral' | 'bad_key';
  /** The last outcomes, newest first, including this answer. */
  recent: readonly boolean[];
  /** For people. */
  why: string;
}

/** The breaker opens when half of the last 20 outcomes failed; it needs at least 5. */
const LEAST_OUTCOMES = 5;
const FAILING_SHARE = 0.5;

const OPEN_MS = 10_000;
const LONGEST_OPEN_MS = 10 * 60_000;
const OFF_MS = 3_600_000;
const LONGEST_OFF_MS = 24 * 3_600_000;

const CLOSED: BreakerState = { is: 'closed' };

/**
 * The state after an answer. While open, only a probe's answer counts; calls that were in flight when it opened don't.
 */
export function afterAnswer(state: BreakerState, event: BreakerEvent, now: number): BreakerState {
  if (event.answer === 'neutral') return state;
  if (event.answer === 'bad_key') return opened('off', state, event.why, now);
  if (state.is === 'closed') {
    if (event.answer === 'good' || event.recent.length < LEAST_OUTCOMES) return state;
    const failed = event.recent.filter((good) => !good).length;
    return failed / event.recent.length >= FAILING_SHARE ? opened('open', state, event.why, now) : state;
  }
  if (now < state.until) return state;
  return event.answer === 'good' ? CLOSED : opened(state.is, state, event.why, now);
}

/** Each failed probe doubles the back-off: from 10 s to 10 min, or from an hour to a day for a refused key. */
function opened(is: 'open' | 'off', before: BreakerState, why: string, now: number): BreakerState {
  const times = before.is === is ? before.times + (now >= before.until ? 1 : 0) : 1;
  const since = before.is === is ? before.since : now;
  const [first, longest] = is === 'open' ? [OPEN_MS, LONGEST_OPEN_MS] : [OFF_MS, LONGEST_OFF_MS];
  return { is, times, why, since, until: now + Math.min(longest, first * 2 ** (times - 1)) };
}

/** `probe`: no other call is admitted until this one's answer is known. */
export type Admission = { admitted: true; probe: boolean } | { admitted: false; retryInMs: number; because: string };

export interface Breaker {
  /** Whether a call may be made now. Ask before taking a grant. */
  admit(key: UsageKey): Promise<Admission>;
  /**
   * Whether one want may be sent to a provider that isn't known to have recovered: one per interval, over all
   * processes. The call itself still needs `admit`. The interval is longer where the provider wouldn't be the `first`
   * choice anyway.
   */
  tryOne(key: UsageKey, first?: boolean): Promise<boolean>;
  /** The admitted call was not made, so another call may probe. */
  release(key: UsageKey): Promise<void>;
  /** Counts an answer. `changed`: it opened or closed the breaker. */
  note(key: UsageKey, event: BreakerEvent): Promise<{ state: BreakerState; changed: boolean }>;
  state(key: UsageKey): Promise<BreakerState>;
  /** Closes it from any state: when a process starts with a changed configuration, or by an operator's hand. */
  close(key: UsageKey): Promise<void>;
}

/** The longest that a probe takes: 30 s for the call and 15 s until it is sent. */
const PROBE_MS = 45_000;
/**
 * The interval between two wants that try an unproven provider: as long as the first back-off. A trial may come to
 * nothing, because its worker died or its want was served already.
 */
const TRY_EVERY_MS = OPEN_MS;
const TRY_LATE_EVERY_MS = 60_000;
const KEPT_MS = 3 * LONGEST_OFF_MS;

/** Replaces the state unless another process has done so meanwhile (compare and set on the old state's text). */
const REPLACE = `
local given = cjson.decode(ARGV[1])
if (redis.call('GET', KEYS[1]) or '') ~= given.from then return 0 end
if given.to == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], given.to, 'PX', given.keptMs) end
redis.call('DEL', KEYS[2])
return 1
`;

export function createBreaker({
  redis,
  prefix,
  now = Date.now,
}: {
  redis: Redis;
  prefix: string;
  now?: () => number;
}): Breaker {
  const keysOf = ({ provider, keyHash }: UsageKey) => {
    const state = `${prefix}breaker:${provider}:${keyHash}`;
    return [state, `${state}:probe`] as const;
  };
  const replace = script(redis, 'breakerReplace', REPLACE);

  const read = (text: string | null): BreakerState => (text ? (JSON.parse(text) as BreakerState) : CLOSED);

  return {
    async admit(key) {
      const [stateKey, probeKey] = keysOf(key);
      const state = read(await redis.get(stateKey));
      if (state.is === 'closed') return { admitted: true, probe: false };
      const waitMs = state.until - now();
      if (waitMs > 0) return { admitted: false, retryInMs: waitMs, because: state.why };
      if (await redis.set(probeKey, '1', 'PX', PROBE_MS, 'NX')) return { admitted: true, probe: true };
      return { admitted: false, retryInMs: 1000, because: `being probed; ${state.why}` };
    },

    async tryOne(key, first = true) {
      const [name, everyMs] = first ? ['try', TRY_EVERY_MS] : ['try-late', TRY_LATE_EVERY_MS];
      return (await redis.set(`${keysOf(key)[0]}:${name}`, '1', 'PX', everyMs, 'NX')) !== null;
    },

    async release(key) {
      await redis.del(keysOf(key)[1]);
    },

    async note(key, event) {
      const keys = keysOf(key);
      for (let turn = 0; turn < 3; turn++) {
        const text = await redis.get(keys[0]);
        const before = read(text);
        const after = afterAnswer(before, event, now());
        if (after === before) {
          // A probe without a telling answer makes room for the next one.
          if (before.is !== 'closed') await redis.del(keys[1]);
          return { state: before, changed: false };
        }
        const done = await replace(keys, {
          from: text ?? '',
          to: after.is === 'closed' ? '' : JSON.stringify(after),
          keptMs: KEPT_MS,
        });
        if (done === 1) return { state: after, changed: before.is !== after.is };
      }
      return { state: read(await redis.get(keys[0])), changed: false };
    },

    async state(key) {
      return read(await redis.get(keysOf(key)[0]));
    },

    async close(key) {
      await redis.del(...keysOf(key));
    },
  };
}
