import { ProviderStatus } from '@freshet/contracts';
import { type Pool, readProviderStatus } from '@freshet/store';

export type KnownProvider = ProviderStatus & { updated_at: string };

/** The state of the providers as workers reported it, cached for 2 s; concurrent readers share one query. */
export interface Providers {
  all(): Promise<KnownProvider[]>;
}

const YOUNG_MS = 2_000;

export function createProviders(
  pool: Pool,
  { now = Date.now, onRead = () => {} }: { now?: () => number; onRead?(names: string[]): void } = {},
): Providers {
  let held: { at: number; all: Promise<KnownProvider[]> } | null = null;
  return {
    all() {
      if (held && now() - held.at < YOUNG_MS) return held.all;
      const entry = { at: now(), all: read(pool) };
      held = entry;
      entry.all.then(
        (known) => onRead(known.map(({ provider }) => provider)),
        () => {
          if (held === entry) held = null;
        },
      );
      return entry.all;
    },
  };
}

async function read(pool: Pool): Promise<KnownProvider[]> {
  const rows = await readProviderStatus<unknown>(pool);
  return rows.flatMap(({ status, updatedAt }) => {
    // A worker of another version may have written it. A row that doesn't parse is left out.
    const parsed = ProviderStatus.safeParse(status);
    return parsed.success ? [{ ...parsed.data, updated_at: updatedAt.toISOString() }] : [];
  });
}
