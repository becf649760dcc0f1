import { api } from './api.ts';
import type { Check } from './check.ts';
import { claims } from './claims.ts';
import { deadlines } from './deadlines.ts';
import { events } from './events.ts';
import { migrations } from './migrations.ts';
import { partitions } from './partitions.ts';
import { processes } from './processes.ts';
import { providerKeys } from './provider-keys.ts';
import { providersAnswer } from './providers-answer.ts';
import { redisPolicy } from './redis-policy.ts';
import { schedules } from './schedules.ts';

/** Everything that the doctor looks at, in the order of cause and effect. A new one is a file and a line here. */
export const CHECKS: readonly Check[] = [
  redisPolicy,
  migrations,
  partitions,
  processes,
  schedules,
  events,
  deadlines,
  claims,
  providerKeys,
  providersAnswer,
  api,
];
