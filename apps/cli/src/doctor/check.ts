import type { Client } from '@freshet/client';
import type { Redis } from '@freshet/runtime';
import type { Examination, Pool } from '@freshet/store';

/** The installation that the doctor looks at. A part is null if its address isn't known here. */
export interface Patient {
  databaseUrl: string | null;
  pool: Pool | null;
  redis: Redis | null;
  client: Client | null;
  api: string;
  /** One look at the record, shared by the checks. @throws Error when the database doesn't answer */
  examination(): Promise<Examination>;
}

export interface Finding {
  /** `unseen`: it couldn't be looked at. */
  state: 'ok' | 'trouble' | 'unseen';
  detail: string;
  /** What a person can do about it. */
  todo?: string;
  /** Mends it; says what was done. */
  fix?(): Promise<string>;
}

/** One thing that the doctor looks at. A throw is a trouble too. */
export interface Check {
  title: string;
  look(patient: Patient): Promise<Finding>;
}

/** The finding of a check that lacks an address. */
export const unseen = (what: string): Finding => ({
  state: 'unseen',
  detail: `${what} isn't known here`,
  todo: 'Set DATABASE_URL and REDIS_URL, or name the data directory of a freshet up with --data-dir.',
});
