import type { TriedProvider } from '@freshet/contracts';
import { createDayMemory } from './day-memory.ts';

/** Symbols that the plan of a provider's key doesn't include, as far as this process has met them. */
export interface Forbidden {
  note(lane: string, symbol: string, data: string, detail: string): void;
  /** Divides lanes into those that may be asked for the symbol, and those that have refused it, with their words. */
  sort(lanes: string[], symbol: string, data: string): { open: string[]; closed: TriedProvider[] };
}

/**
 * A plan that doesn't include a symbol today won't tomorrow either. Asked all the same, a symbol that a schedule refreshes every five
 * minutes takes 288 calls a day in vain, more than some plans have. Such a lane is left out of the chain, not put last: where no other
 * provider has the symbol, the last lane is the first. Each process keeps its own memory; an unknown case costs it one call.
 */
export function createForbidden(now?: () => number): Forbidden {
  const met = createDayMemory<string>(now);
  return {
    note: (lane, symbol, data, detail) => met.note(lane, symbol, data, detail),
    sort(lanes, symbol, data) {
      if (met.isEmpty()) return { open: lanes, closed: [] };
      const closed = lanes.flatMap((provider): TriedProvider[] => {
        const detail = met.recall(provider, symbol, data);
        return detail === undefined ? [] : [{ provider, reason: 'plan_forbids', detail }];
      });
      return { open: lanes.filter((lane) => !closed.some(({ provider }) => provider === lane)), closed };
    },
  };
}
