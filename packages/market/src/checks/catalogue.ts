import { assumedUnit } from './assumed-unit.ts';
import type { Check } from './check.ts';
import { consistent } from './consistent.ts';
import { currency } from './currency.ts';
import { frozen } from './frozen.ts';
import { jump } from './jump.ts';
import { notFromTheFuture } from './not-from-the-future.ts';
import { notOlder } from './not-older.ts';
import { positive } from './positive.ts';
import { splitGap } from './split-gap.ts';
import { unitSlip } from './unit-slip.ts';

/**
 * Every check before storing, under the name that anomalies and `explain` show. They run in this order, and the first
 * objection decides. To add one: a file beside these and a line here.
 */
export const CHECKS = {
  positive,
  not_from_the_future: notFromTheFuture,
  currency,
  assumed_unit: assumedUnit,
  not_older: notOlder,
  unit_slip: unitSlip,
  consistent,
  split_gap: splitGap,
  jump,
  frozen,
} as const satisfies Record<string, Check>;

export type CheckName = keyof typeof CHECKS;
export const CHECK_NAMES = Object.keys(CHECKS) as CheckName[];
