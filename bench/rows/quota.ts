import { setTimeout as sleep } from 'node:timers/promises';
import { startSystem, type System } from '../../tests/system.ts';
import { wantMuch } from '../quota/demand.ts';
import { spendDays } from '../quota/days.ts';
import { firstCall, judge, type JudgedLane, type Verdict } from '../quota/judge.ts';
import { type Waiting, watchWaiting } from '../quota/waiting.ts';
import { type Row, round } from '../row.ts';
import { onlyProviders } from '../../tests/simulator-log.ts';

const WINDOW_MS = 60_000;
const KILL_EVERY_MS = 5_000;

const LANES: JudgedLane[] = [
  { provider: 'finnhub', prefix: 'FINNHUB', limits: '600/min', windows: [{ limit: 600, perSeconds: 60 }] },
  { provider: 'cryptocompare', prefix: 'CRYPTOCOMPARE', limits: '60/min', windows: [{ limit: 60, perSeconds: 60 }] },
  {
    provider: 'twelvedata',
    prefix: 'TWELVE_DATA',
    limits: '8/min,800/day',
    windows: [
      { limit: 8, perSeconds: 60, counts: 'cost' },
      { limit: 800, perSeconds: 86_400, counts: 'cost' },
    ],
  },
];

/**
 * Three limits in the same minutes, each with more work than it allows, on the real clock; then the same while workers are killed and Redis
 * is wiped. The day's 800 can't be spent in minutes: three processes spend them through the ledger alone, on a clock that is 720 times
 * as fast (a day in two minutes).
 */
export const quota: Row = {
  name: 'quota',
  what: 'quota used (the least of all windows), as the simulator counts arrivals; 3 worker processes, answers after 50–500 ms; 0 when any call was over, with and without kills',
  async run({ quick }) {
    const windows = quick ? 1 : 5;
    const limits = LANES.map((lane) => [`${lane.prefix}_LIMITS`, lane.limits]);
    const system = await startSystem({
      workers: 3,
      simulator: ['--latency', '50-500', '--limits', LANES.map((lane) => `${lane.provider}=${lane.limits}`).join(';')],
      env: {
        ...onlyProviders('FINNHUB', 'CRYPTOCOMPARE', 'TWELVE_DATA'),
        ...Object.fromEntries(limits),
        MAX_QUEUED_REFRESHES: '1000000',
      },
    });
    const waiting = watchWaiting(
      system,
      LANES.map(({ provider }) => provider),
    );
    try {
      await wantMuch(system);
      const fromMs = await untilSaturated(system);
      const days = spendDays(windows);
      // Awaited below; until then its failure is nobody's surprise.
      days.catch(() => {});
      await sleep(windows * WINDOW_MS - (Date.now() - fromMs));
      const quiet = await judgeAll(system, waiting, fromMs, Date.now());

      const killsFromMs = Date.now();
      const kills = await killAndWipe(system, windows * WINDOW_MS);
      const troubled = await judgeAll(system, waiting, killsFromMs, Date.now());
      const spent = await days;
      await waiting.stop();

      const over =
        [...quiet, ...troubled].reduce((sum, verdict) => sum + verdict.over + verdict.violations, 0) + spent.over;
      const used = Math.min(...quiet.map((verdict) => verdict.used), spent.used);
      return {
        figures: {
          windows,
          ...Object.fromEntries(LANES.flatMap((lane, i) => figuresOf(lane, quiet[i] as JudgedVerdict))),
          'days of 800 spent, clock × 720': `${round(spent.used * 100)} % in the worst of ${windows}; most in a minute ${spent.mostInMinute} of 8, in a day ${spent.mostInDay} of 800`,
          'workers killed': kills,
          ...Object.fromEntries(
            LANES.flatMap((lane, i) => figuresOf(lane, troubled[i] as JudgedVerdict)).map(([name, text]) => [
              `${name}, with kills`,
              text,
            ]),
          ),
          'calls over': over,
        },
        measured: over === 0 ? used : 0,
        bar: { at: 0.98, is: 'at least' },
      };
    } finally {
      await system.stop();
    }
  },
};

type JudgedVerdict = Verdict & { waited: number };

function figuresOf({ provider, limits }: JudgedLane, verdict: JudgedVerdict): [string, string][] {
  const { used, calls, fullest, over, violations, waited } = verdict;
  return [
    [
      `${provider} ${limits}`,
      `${round(used * 100)} % in ${calls} calls; most ${fullest}; over ${over + violations}; work waited in ${round(waited * 100, 1)} % of the seconds`,
    ],
  ];
}

/** One window after the first call of the lane that came last: from then on every window is a full one. */
async function untilSaturated(system: System): Promise<number> {
  const firsts: number[] = [];
  for (const lane of LANES) {
    let first: number | null = null;
    for (; first === null; await sleep(200)) first = await firstCall(system.simulator, lane);
    firsts.push(first);
  }
  const fromMs = Math.max(...firsts) + WINDOW_MS;
  await sleep(fromMs - Date.now());
  return fromMs;
}

const judgeAll = (system: System, waiting: Waiting, fromMs: number, toMs: number): Promise<JudgedVerdict[]> =>
  Promise.all(
    LANES.map(async (lane) => ({
      ...(await judge(system.simulator, lane, fromMs, toMs)),
      waited: waiting.share(lane.provider, fromMs, toMs),
    })),
  );

/** Kills the oldest worker every 5 s and starts another; half-way, Redis loses all its data. */
async function killAndWipe(system: System, forMs: number): Promise<number> {
  const endMs = Date.now() + forMs;
  let wipeAtMs = Date.now() + forMs / 2;
  let kills = 0;
  while (Date.now() < endMs) {
    const turnMs = Date.now() + KILL_EVERY_MS;
    await system.workers.shift()?.kill9();
    kills++;
    if (Date.now() > wipeAtMs) {
      wipeAtMs = Number.POSITIVE_INFINITY;
      await system.redis.wipe();
    }
    await system.addWorker();
    await sleep(Math.max(0, turnMs - Date.now()));
  }
  return kills;
}
