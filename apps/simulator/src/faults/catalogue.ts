import { ban } from './ban.ts';
import { drip } from './drip.ts';
import { emptyBody } from './empty-body.ts';
import type { Fault } from './fault.ts';
import { fromTheFuture } from './from-the-future.ts';
import { frozen } from './frozen.ts';
import { hangUp } from './hang-up.ts';
import { html } from './html.ts';
import { hugeBody } from './huge-body.ts';
import { hundredfold } from './hundredfold.ts';
import { jump } from './jump.ts';
import { keyRejected } from './key-rejected.ts';
import { negative } from './negative.ts';
import { notANumber } from './not-a-number.ts';
import { outage } from './outage.ts';
import { planForbids } from './plan-forbids.ts';
import { poisonedCrumb } from './poisoned-crumb.ts';
import { quotaSpent } from './quota-spent.ts';
import { rateLimited } from './rate-limited.ts';
import { resetMidBody } from './reset-mid-body.ts';
import { schemaChange } from './schema-change.ts';
import { silence } from './silence.ts';
import { slow } from './slow.ts';
import { stale } from './stale.ts';
import { truncated } from './truncated.ts';
import { unknownSymbol } from './unknown-symbol.ts';
import { wrongSymbol } from './wrong-symbol.ts';
import { zero } from './zero.ts';

/** Everything that can go wrong, in the order of the list that people read. */
export const FAULTS: readonly Fault[] = [
  outage,
  hangUp,
  silence,
  slow,
  drip,
  resetMidBody,
  html,
  truncated,
  emptyBody,
  hugeBody,
  schemaChange,
  notANumber,
  zero,
  negative,
  hundredfold,
  jump,
  frozen,
  stale,
  fromTheFuture,
  wrongSymbol,
  unknownSymbol,
  poisonedCrumb,
  rateLimited,
  quotaSpent,
  ban,
  keyRejected,
  planForbids,
];

/** The fault of that name. */
export function faultNamed(name: string): Fault | undefined {
  return FAULTS.find((fault) => fault.name === name);
}
