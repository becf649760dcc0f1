import { nextTick, type ScheduleSpec } from '@freshet/calendar';
import type { ProviderStatus, QuotaState, ScheduleName } from '@freshet/contracts';
import { timetable } from './timetable.ts';

/** A schedule as far as its spending goes. */
export interface Spending {
  name: string;
  spec: unknown;
  enabled: boolean;
  lastTick: Date | null;
  /** Calls per provider of its last refresh that has ended. */
  lastCalls: Record<string, number> | null;
}

/** A schedule that ticks less often than its interval says, for want of quota. */
export interface Stretch {
  /** No tick before this much has passed since the last one. */
  gapMs: number;
  /** For people: which provider's budget, how much is left, and how often the schedule ticks now. */
  notice: string;
}

/** The longest gap between two ticks, however little is left of a budget. */
const LONGEST_MS = 86_400_000;

/**
 * Which schedules are stretched now, by name. The demand of all schedules at a provider, from what the last tick of each cost, is compared
 * with what its day or month has left until the reset plus what providers of the same classes can spare. If that wouldn't last, all
 * schedules that spend there are stretched by the same factor. Only schedules of smart refreshes are stretched, not the daily
 * full one.
 */
export function stretchesOf(
  schedules: readonly Spending[],
  providers: readonly ProviderStatus[],
  now: Date,
): Map<string, Stretch> {
  const spending = schedules.filter(isElastic).map((schedule) => ({ ...schedule, everyS: intervalOf(schedule, now) }));
  const accounts = providers.filter(isWell).map((provider) => {
    const calls = ({ lastCalls }: Spending) => lastCalls?.[provider.provider] ?? 0;
    const spenders = spending.filter((schedule) => calls(schedule) > 0);
    const demand = spenders.reduce((sum, schedule) => sum + calls(schedule) / schedule.everyS, 0);
    return { provider, spenders, demand, ...budgetOf(provider) };
  });
  const stretches = new Map<string, Stretch>();
  for (const { provider, spenders, demand, budget, window } of accounts) {
    const others = accounts.filter((other) => other.provider !== provider && servesAlike(other.provider, provider));
    const spare = others.reduce((sum, other) => sum + Math.max(0, other.budget - other.demand), 0);
    const factor = demand / (budget + spare);
    if (!window) continue;
    for (const { name, everyS } of spenders) {
      const gapMs = Math.round(Math.min(everyS * 1_000 * factor, untilReset(window, now, everyS)));
      if (gapMs <= (stretches.get(name)?.gapMs ?? everyS * 1_000)) continue;
      const left = `${provider.title} has ${window.remaining} of ${window.limit} left for the ${window.name}`;
      stretches.set(name, {
        gapMs,
        notice: `Stretched so that the quota lasts: ${left}; ticks ${wordsOf(gapMs)} apart`,
      });
    }
  }
  return stretches;
}

/** What schedules may spend at a provider, in calls per second, and the window that limits it; Infinity where none does. */
function budgetOf({ windows, serves }: ProviderStatus): { budget: number; window: QuotaState | null } {
  let least: { budget: number; window: QuotaState | null } = { budget: Infinity, window: null };
  for (const window of windows) {
    const { schedules_per_s: perS, counts } = window;
    if (typeof perS !== 'number') continue;
    const budget = counts === 'cost' ? perS / (serves.quote?.cost_best ?? 1) : perS;
    if (budget < least.budget) least = { budget, window };
  }
  return least;
}

function isWell({ enabled, breaker, health }: ProviderStatus): boolean {
  return enabled && breaker !== 'open' && health !== 'down' && health !== 'off';
}

function servesAlike(one: ProviderStatus, other: ProviderStatus): boolean {
  return one.serves.quote?.classes.some((each) => other.serves.quote?.classes.includes(each)) ?? false;
}

/** The ticks that remain when each keeps the stretched gap to the one before. */
export function spaced<Tick extends { at: Date }>(
  ticks: Tick[],
  lastTick: Date | null,
  stretch: Stretch | undefined,
): Tick[] {
  if (!stretch) return ticks;
  let lastMs = lastTick?.getTime() ?? -Infinity;
  return ticks.filter(({ at }) => {
    if (at.getTime() - lastMs < stretch.gapMs) return false;
    lastMs = at.getTime();
    return true;
  });
}

function isElastic({ name, enabled }: Spending): boolean {
  const appointment = timetable[name as ScheduleName];
  return enabled && appointment !== undefined && 'refresh' in appointment && appointment.refresh.mode === 'smart';
}

/** Seconds between two ticks; Infinity for a spec that can't be evaluated. */
function intervalOf({ spec }: Spending, now: Date): number {
  try {
    const first = nextTick(spec as ScheduleSpec, now);
    const second = first && nextTick(spec as ScheduleSpec, first.at);
    return first && second ? (second.at.getTime() - first.at.getTime()) / 1_000 : Infinity;
  } catch {
    return Infinity;
  }
}

/** Milliseconds until the first tick after the reset, when there is a new budget. */
function untilReset({ resets_at: resetsAt }: QuotaState, now: Date, everyS: number): number {
  const untilMs = resetsAt ? Date.parse(resetsAt) - now.getTime() + everyS * 1_000 : LONGEST_MS;
  return Math.min(LONGEST_MS, untilMs);
}

function wordsOf(ms: number): string {
  const minutes = ms / 60_000;
  if (minutes < 1.5) return `${Math.ceil(ms / 1_000)} s`;
  return minutes < 90 ? `${Math.ceil(minutes)} min` : `${Math.ceil(minutes / 6) / 10} h`;
}
