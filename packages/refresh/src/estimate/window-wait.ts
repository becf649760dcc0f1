import type { Priority, ProviderStatus } from '@freshet/contracts';

type Window = ProviderStatus['windows'][number];

/** Units of a window that this class may not use yet, because they are kept for more urgent ones. Without a class: none. */
function heldFrom({ shares }: Window, priority: Priority | undefined): number {
  return (priority && shares?.held[priority]) ?? 0;
}

/** Units of a window that this class may use now. */
export function freeOf(window: Window, priority: Priority | undefined): number {
  return window.remaining - heldFrom(window, priority);
}

/** How long it takes until a window has let this many more units through for a class, in ms. */
export function windowWaitMs(window: Window, units: number, priority: Priority | undefined, now: Date): number {
  const { limit, remaining, per_s: perS, resets_at: resetsAt } = window;
  const missing = units - freeOf(window, priority);
  if (missing <= 0 || limit <= 0) return 0;
  if (units <= remaining) return releasedInMs(window, missing, heldFrom(window, priority), now);
  const firstMs = resetsAt ? Math.max(0, Date.parse(resetsAt) - now.getTime()) : perS * 1_000;
  // The wait for the next window, then one more window for each further limit's worth.
  return firstMs + (Math.ceil((units - remaining) / limit) - 1) * perS * 1_000;
}

/** How long until so many of the held units are released. A window without a reset lends all of them over its own length, evenly. */
function releasedInMs({ shares, per_s: perS }: Window, units: number, held: number, now: Date): number {
  const release = shares?.release;
  if (!release) return (units / held) * perS * 1_000;
  const until = Date.parse(release.until);
  const takesMs = Math.max(1, until - Date.parse(release.from));
  const keptNow = Math.min(1, (until - now.getTime()) / takesMs);
  const keptThen = keptNow * (1 - units / held);
  return Math.max(0, until - keptThen * takesMs - now.getTime());
}
