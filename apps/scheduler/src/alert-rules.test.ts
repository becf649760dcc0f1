import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProviderStatus } from '@freshet/contracts';
import { repositoryRoot } from '@freshet/testing';
import { ALERT_RULES, type Facts, judge } from './alert-rules.ts';

/** A Thursday: New York is open from 14:30 to 21:00 UTC. */
const OPEN = new Date('2026-11-19T16:00:00Z');
const NIGHT = new Date('2026-11-19T05:00:00Z');
const JUST_OPENED = new Date('2026-11-19T14:33:00Z');

function facts(more: Partial<Facts> = {}): Facts {
  const quiet = { watched: [], oldestEventS: 0, oldestInvalidationS: 0, changes: 0, conflicts: 0 };
  return { ...quiet, now: OPEN, failedJobs: 0, failedUpkeep: 0, providers: [], ...more };
}

function provider(more: Partial<ProviderStatus> = {}): ProviderStatus {
  return {
    provider: 'alphavantage',
    title: 'Alpha Vantage',
    enabled: true,
    retired: false,
    because: null,
    notice: null,
    health: 'healthy',
    reliability: 1,
    breaker: 'closed',
    parked_until: null,
    serves: {},
    preference: {},
    windows: [],
    requests_per_minute: 0,
    concurrency: 1,
    latency_ms: null,
    last_success_at: OPEN.toISOString(),
    failing_since: null,
    next_probe_at: null,
    last_error: null,
    ...more,
  };
}

const window = (name: string, perS: number, limit: number, remaining: number): ProviderStatus['windows'][number] => ({
  name,
  limit,
  per_s: perS,
  counts: 'calls',
  used: limit - remaining,
  remaining,
  resets_at: null,
  forecast: { runs_out_at: '2026-11-19T18:00:00.000Z', lasts: false, stretch: 0.5 },
});

const dueOf = (given: Partial<Facts>, open: { name: string; subject: string }[] = []) =>
  judge(facts(given), open).due.map(({ name, subject, severity }) => `${name} ${subject} ${severity}`);

const equities = (oldestS: number) => [{ class: 'equity', calendar: 'XNYS', oldestS, symbols: 3 }];

test('when all is well nothing is due, and everything could be judged', () => {
  const { names, due } = judge(facts({ providers: [provider()] }), []);
  expect(due).toEqual([]);
  expect(names).toEqual([
    'data_old',
    'jobs_failed',
    'upkeep_failed',
    'stream_late',
    'cache_invalidation_late',
    'conflicts',
    'quota_nearly_spent',
    'key_rejected',
    'provider_down',
  ]);
});

test.each([
  ['a price of six minutes while its market is open', { watched: equities(360) }, ['data_old equity critical']],
  ['a price of five minutes', { watched: equities(300) }, []],
  ['a price of hours while its market is closed', { watched: equities(9_000), now: NIGHT }, []],
  ["yesterday's close in the first minutes of a session", { watched: equities(60_000), now: JUST_OPENED }, []],
  [
    'an old price where nobody knows the hours',
    { watched: [{ class: 'equity', calendar: 'XMOON', oldestS: 9_000, symbols: 1 }] },
    [],
  ],
  ['ten failed jobs', { failedJobs: 10 }, []],
  ['more than ten failed jobs', { failedJobs: 11 }, ['jobs_failed  warning']],
  ['one failed job that keeps house', { failedJobs: 1, failedUpkeep: 1 }, ['upkeep_failed  warning']],
  ['events and invalidations of half a minute', { oldestEventS: 30, oldestInvalidationS: 30 }, []],
  ['events that nobody publishes', { oldestEventS: 31 }, ['stream_late  critical']],
  [
    'invalidations that nobody publishes',
    { oldestEventS: 40, oldestInvalidationS: 31 },
    ['stream_late  critical', 'cache_invalidation_late  critical'],
  ],
  ['one change in ten refused', { changes: 45, conflicts: 5 }, ['conflicts  warning']],
  ['a few refused among many', { changes: 200, conflicts: 9 }, []],
  ['one change in twenty refused', { changes: 95, conflicts: 5 }, []],
  ['two changes, one of them refused', { changes: 1, conflicts: 1 }, []],
] as [string, Partial<Facts>, string[]][])('%s', (_, given, due) => {
  expect(dueOf(given)).toEqual(due);
});

test('of the old prices of a class the oldest is told', () => {
  const { due } = judge(facts({ watched: [...equities(360), ...equities(600)] }), []);
  expect(due.map(({ detail }) => detail)).toEqual([
    'a watched equity price is 10 min old while its market is open. freshet status says whether the schedules run, ' +
      'freshet sources whether a provider is down or its quota spent.',
  ]);
});

test('a day of which less than a tenth is left is told, with what webhooks of limits say; a full minute is not', () => {
  const spent = provider({ windows: [window('minute', 60, 5, 0), window('day', 86_400, 25, 2)] });
  const { due } = judge(facts({ providers: [spent] }), []);
  expect(due).toEqual([
    {
      name: 'quota_nearly_spent',
      subject: 'alphavantage day',
      severity: 'warning',
      detail:
        'Alpha Vantage has 8 % of its day left: 2 of 25. It has to last until some of it is free again (freshet sources). ' +
        "If it often doesn't: a larger plan, fewer symbols or a larger max_age_s.",
      limit: {
        provider: 'alphavantage',
        window: 'day',
        limit: 25,
        used: 23,
        remaining: 2,
        resets_at: null,
        runs_out_at: '2026-11-19T18:00:00.000Z',
      },
    },
  ]);
});

test('a warning of a quota ends only when there is some room again, so that it is not raised again and again', () => {
  const providers = [provider({ windows: [window('day', 86_400, 100, 12)] })];
  const open = [{ name: 'quota_nearly_spent', subject: 'alphavantage day' }];
  expect(dueOf({ providers })).toEqual([]);
  expect(dueOf({ providers }, open)).toEqual(['quota_nearly_spent alphavantage day warning']);
  expect(dueOf({ providers: [provider({ windows: [window('day', 86_400, 100, 15)] })] }, open)).toEqual([]);
});

test('what is open of another provider or under another name keeps no warning of a quota open', () => {
  const providers = [provider({ windows: [window('day', 86_400, 100, 12)] })];
  const open = [
    { name: 'quota_nearly_spent', subject: 'fmp day' },
    { name: 'provider_down', subject: 'alphavantage day' },
  ];
  expect(dueOf({ providers }, open)).toEqual([]);
});

test('a quota of which nothing is allowed, or of a provider that nobody turned on, is not nearly spent', () => {
  const nothing = [window('day', 86_400, 0, 0)];
  const spent = [window('day', 86_400, 100, 0)];
  expect(dueOf({ providers: [provider({ windows: nothing })] })).toEqual([]);
  expect(dueOf({ providers: [provider({ windows: spent, enabled: false })] })).toEqual([]);
});

test('a key that is refused is told; a provider that nobody turned on is not', () => {
  const off = { health: 'off' as const, because: 'Its key was refused: 401' };
  expect(dueOf({ providers: [provider(off)] })).toEqual(['key_rejected alphavantage critical']);
  expect(dueOf({ providers: [provider({ ...off, enabled: false })] })).toEqual([]);
});

test("a provider whose breaker is open is down when it has brought nothing but failures for five minutes, until it closes, however long it wasn't asked before", () => {
  const open = { breaker: 'open' as const, health: 'down' as const };
  const lately = provider({ ...open, failing_since: '2026-11-19T15:58:00.000Z', last_success_at: null });
  const long = provider({ ...open, failing_since: '2026-11-19T15:50:00.000Z' });
  const raised = [{ name: 'provider_down', subject: 'alphavantage' }];
  expect(dueOf({ providers: [lately] })).toEqual([]);
  expect(dueOf({ providers: [long] })).toEqual(['provider_down alphavantage warning']);
  expect(dueOf({ providers: [lately] }, raised)).toEqual(['provider_down alphavantage warning']);
});

test('a provider that never brought anything is down once it has failed for long; one that rests, or whose key is refused, is not', () => {
  const open = { breaker: 'open' as const, health: 'down' as const };
  const ago = { failing_since: '2026-11-19T10:00:00.000Z' };
  expect(dueOf({ providers: [provider({ ...open, ...ago, last_success_at: null })] })).toEqual([
    'provider_down alphavantage warning',
  ]);
  expect(dueOf({ providers: [provider({ ...open, failing_since: '2026-11-19T15:55:00.000Z' })] })).toEqual([]);
  expect(dueOf({ providers: [provider(ago)] })).toEqual([]);
  expect(dueOf({ providers: [provider({ ...open, ...ago, health: 'off' })] })).toEqual([
    'key_rejected alphavantage critical',
  ]);
});

test('the operations guide says of every alert when it is raised', () => {
  const guide = readFileSync(join(repositoryRoot, 'docs/operations.md'), 'utf8');
  const [, table = ''] = /\| alert \| when \| subject \|\n([\s\S]*?)\n\n/.exec(guide) ?? [];
  const told = [...table.matchAll(/^\| `(\w+)` \| \S/gm)].map(([, name]) => name);
  expect(told).toEqual(Object.keys(ALERT_RULES));
});

test('what nobody knows is not judged: it neither raises an alert nor ends one', () => {
  const { names } = judge(facts({ failedJobs: null, failedUpkeep: null, providers: null }), []);
  expect(names).toEqual(['data_old', 'stream_late', 'cache_invalidation_late', 'conflicts']);
});

test('whatever is wrong, its text says what to do about it', () => {
  const since = '2026-11-19T10:00:00.000Z';
  const { due } = judge(
    facts({
      ...{ watched: equities(360), failedJobs: 11, failedUpkeep: 1, changes: 45, conflicts: 5 },
      ...{ oldestEventS: 40, oldestInvalidationS: 40 },
      providers: [
        provider({ windows: [{ ...window('day', 86_400, 25, 2), resets_at: '2026-11-20T05:00:00.000Z' }] }),
        provider({ provider: 'fmp', title: 'FMP', health: 'off', because: 'Its key was refused: 401' }),
        provider({ provider: 'yahoo', title: 'Yahoo Finance', breaker: 'open', health: 'down', failing_since: since }),
      ],
    }),
    [],
  );
  const todo = {
    data_old: 'freshet status',
    jobs_failed: 'freshet failed retry --all',
    upkeep_failed: 'freshet failed retry --all',
    stream_late: "each one's log",
    cache_invalidation_late: "each one's log",
    conflicts: 'GET /api/v1/audit',
    quota_nearly_spent: 'until 2026-11-20T05:00:00.000Z',
    key_rejected: 'restart the workers',
    provider_down: 'status page',
  };
  expect(due.map(({ name, detail }) => [name, detail])).toEqual(
    Object.entries(todo).map(([name, says]) => [name, expect.stringContaining(says)]),
  );
});
