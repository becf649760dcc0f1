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

const FAILED_TODO = 'freshet failed says why; freshet failed retry --all tries again';
const RELAY_TODO = "A scheduler relays them: each one's log says why it doesn't, and restarting it loses nothing";

/**
 * Every alert by its name. A rule returns the alerts that should be open now, or null when that can't be known; then open ones stay as they
 * are. A new alert is a new line here.
 */
export const ALERT_RULES: Record<string, (facts: Facts, isOpen: IsOpen) => Due[] | null> = {
  data_old: ({ watched, now }) => {
    const old = watched.filter(({ calendar, oldestS }) => oldestS > OLD_S && openForLong(calendar, now));
    return [...Map.groupBy(old, (group) => group.class)].map(([subject, groups]) => {
      const minutes = Math.floor(Math.max(...groups.map(({ oldestS }) => oldestS)) / 60);
      return critical(
        subject,
        `a watched ${subject} price is ${minutes} min old while its market is open`,
        'freshet status says whether the schedules run, freshet sources whether a provider is down or its quota spent',
      );
    });
  },

  jobs_failed: ({ failedJobs }) => {
    if (failedJobs === null) return null;
    if (failedJobs <= FAILED_JOBS) return [];
    return [warning('', `${failedJobs} jobs rest in the failed set`, FAILED_TODO)];
  },

  /** One failed job is enough: data that isn't cleaned up grows until the disk is full. */
  upkeep_failed: ({ failedUpkeep }) => {
    if (failedUpkeep === null) return null;
    return failedUpkeep > 0 ? [warning('', 'retention or the deep clean did not get through', FAILED_TODO)] : [];
  },

  stream_late: ({ oldestEventS }) =>
    oldestEventS > LATE_S ? [critical('', 'events wait to be published, and streams stand still', RELAY_TODO)] : [],

  cache_invalidation_late: ({ oldestInvalidationS }) =>
    oldestInvalidationS > LATE_S
      ? [critical('', 'cache invalidations wait to be published, and cached answers may be out of date', RELAY_TODO)]
      : [],

  conflicts: ({ changes, conflicts }) => {
    const rate = conflicts / Math.max(1, changes + conflicts);
    if (conflicts < CONFLICTS || rate <= CONFLICT_RATE) return [];
    return [
      warning(
        '',
        `${conflicts} of ${changes + conflicts} changes within 10 min met a newer version`,
        'GET /api/v1/audit says who changes what: a client may write from old reads',
      ),
    ];
  },

  quota_nearly_spent: ({ providers }, isOpen) => providers && providers.flatMap((each) => nearlySpent(each, isOpen)),

  key_rejected: ({ providers }) =>
    providers &&
    on(providers)
      .filter(({ health }) => health === 'off')
      .map(({ provider, title, because }) =>
        critical(
          provider,
          `${title} is off: ${because ?? 'its key was refused'}`,
          'Correct the variable that freshet doctor names, and restart the workers',
        ),
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
        warning(
          provider,
          `${title} fails: ${error?.detail ?? 'its calls bring nothing'}`,
          'It is tried again and others are asked meanwhile (freshet sources). If it lasts, see its status page, then proxy, firewall and <NAME>_BASE_URL',
        ),
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
      const until = resets_at ? `until ${resets_at}` : 'until some of it is free again (freshet sources)';
      const todo = `It has to last ${until}. If it often doesn't: a larger plan, fewer symbols or a larger max_age_s`;
      const facts = { provider, window: name, limit, used, remaining, resets_at };
      return [{ ...warning(subject, detail, todo), limit: { ...facts, runs_out_at: forecast?.runs_out_at ?? null } }];
    });
}

const on = (providers: ProviderStatus[]) => providers.filter(({ enabled }) => enabled);

/** Its text says what is wrong, and what whoever is woken by it can do. */
const alertOf = (severity: Due['severity']) => (subject: string, what: string, todo: string) => {
  return { subject, severity, detail: `${what.replace(/\.$/, '')}. ${todo}.` };
};
const warning = alertOf('warning');
const critical = alertOf('critical');

/** Applies all rules: the names of those that could be judged, and the alerts that should be open. */
export function judge(facts: Facts, open: { name: string; subject: string }[]): { names: string[]; due: DueAlert[] } {
  const judged = Object.entries(ALERT_RULES).flatMap(([name, rule]) => {
    const due = rule(facts, (subject) => open.some((each) => each.name === name && each.subject === subject));
    return due ? [{ name, due: due.map((each) => ({ ...each, name })) }] : [];
  });
  return { names: judged.map(({ name }) => name), due: judged.flatMap(({ due }) => due) };
}
