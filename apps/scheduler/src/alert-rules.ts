import type { ProviderStatus } from '@freshet/contracts';
import type { Condition, DueAlert } from '@freshet/store';
import { openForLong } from './open-for-long.ts';

/** The measured facts that alerts are judged by, all of one moment. */
export interface Facts extends Condition {
  /** Jobs in the failed set; null while Redis doesn't answer. */
  failedJobs: number | null;
  /** Failed maintenance jobs among them: retention, the deep clean. */
  failedUpkeep: number | null;
  /** The provider status that workers wrote lately; null when none did. */
  providers: ProviderStatus[] | null;
}

/** Whether an alert of this subject is open now. An open alert ends only well below the limit that raised it. */
type IsOpen = (subject: string) => boolean;
type Due = Omit<DueAlert, 'name'>;

const OLD_S = 5 * 60;
const FAILED_JOBS = 10;
const LATE_S = 30;
const CONFLICTS = 5;
const CONFLICT_RATE = 0.05;
const LONG_WINDOW_S = 86_400;
const NEARLY_SPENT = 0.1;
const RECOVERED = 0.15;
const DOWN_MS = 5 * 60_000;

/**
 * Every alert by its name. A rule returns the alerts that should be open now, or null when that can't be known; then open ones stay as they
 * are. A new alert is a new line here.
 */
export const ALERT_RULES: Record<string, (facts: Facts, isOpen: IsOpen) => Due[] | null> = {
  data_old: ({ watched, now }) => {
    const old = watched.filter(({ calendar, oldestS }) => oldestS > OLD_S && openForLong(calendar, now));
    return [...Map.groupBy(old, (group) => group.class)].map(([subject, groups]) => {
      const minutes = Math.floor(Math.max(...groups.map(({ oldestS }) => oldestS)) / 60);
      return critical(subject, `a watched ${subject} price is ${minutes} min old while its market is open`);
    });
  },

  jobs_failed: ({ failedJobs }) => {
    if (failedJobs === null) return null;
    return failedJobs > FAILED_JOBS ? [warning('', `${failedJobs} jobs rest in the failed set; each says why`)] : [];
  },

  /** One failed job is enough: data that isn't cleaned up grows until the disk is full. */
  upkeep_failed: ({ failedUpkeep }) => {
    if (failedUpkeep === null) return null;
    return failedUpkeep > 0
      ? [warning('', 'retention or the deep clean did not get through; the failed job says why')]
      : [];
  },

  stream_late: ({ oldestEventS }) =>
    oldestEventS > LATE_S
      ? [critical('', 'events wait to be published: streams and webhooks of refreshes stand still')]
      : [],

  cache_invalidation_late: ({ oldestInvalidationS }) =>
    oldestInvalidationS > LATE_S
      ? [critical('', 'invalidations wait to be published: answers from caches may be older than they should be')]
      : [],

  conflicts: ({ changes, conflicts }) => {
    const rate = conflicts / Math.max(1, changes + conflicts);
    if (conflicts < CONFLICTS || rate <= CONFLICT_RATE) return [];
    return [warning('', `${conflicts} of ${changes + conflicts} changes within 10 min met a newer version`)];
  },

  quota_nearly_spent: ({ providers }, isOpen) => providers && providers.flatMap((each) => nearlySpent(each, isOpen)),

  key_rejected: ({ providers }) =>
    providers &&
    on(providers)
      .filter(({ health }) => health === 'off')
      .map(({ provider, title, because }) =>
        critical(provider, `${title} is off: ${because ?? 'its key was refused'}`),
      ),

  /** A breaker that opens for a moment is normal; only one that stays open raises an alert. */
  provider_down: ({ providers, now }, isOpen) =>
    providers &&
    on(providers)
      .filter(({ breaker, health }) => breaker !== 'closed' && health !== 'off')
      .filter(
        ({ provider, failing_since: since }) =>
          isOpen(provider) || (since !== null && now.getTime() - Date.parse(since) > DOWN_MS),
      )
      .map(({ provider, title, last_error: error }) =>
        warning(provider, `${title} fails: ${error?.detail ?? 'its calls bring nothing'}`),
      ),
};

function nearlySpent({ provider, title, enabled, windows }: ProviderStatus, isOpen: IsOpen): Due[] {
  if (!enabled) return [];
  return windows
    .filter(({ per_s, limit }) => per_s >= LONG_WINDOW_S && limit > 0)
    .flatMap(({ name, limit, used, remaining, resets_at, forecast }) => {
      const subject = `${provider} ${name}`;
      const left = remaining / limit;
      if (left >= (isOpen(subject) ? RECOVERED : NEARLY_SPENT)) return [];
      const detail = `${title} has ${Math.floor(left * 100)} % of its ${name} left: ${remaining} of ${limit}`;
      const facts = { provider, window: name, limit, used, remaining, resets_at };
      return [{ ...warning(subject, detail), limit: { ...facts, runs_out_at: forecast?.runs_out_at ?? null } }];
    });
}

const on = (providers: ProviderStatus[]) => providers.filter(({ enabled }) => enabled);
const warning = (subject: string, detail: string): Due => ({ subject, severity: 'warning', detail });
const critical = (subject: string, detail: string): Due => ({ subject, severity: 'critical', detail });

/** Applies all rules: the names of those that could be judged, and the alerts that should be open. */
export function judge(facts: Facts, open: { name: string; subject: string }[]): { names: string[]; due: DueAlert[] } {
  const judged = Object.entries(ALERT_RULES).flatMap(([name, rule]) => {
    const due = rule(facts, (subject) => open.some((each) => each.name === name && each.subject === subject));
    return due ? [{ name, due: due.map((each) => ({ ...each, name })) }] : [];
  });
  return { names: judged.map(({ name }) => name), due: judged.flatMap(({ due }) => due) };
}
