import type { Row } from './row.ts';
import { accept } from './rows/accept.ts';
import { coldStart } from './rows/cold-start.ts';
import { dashboardBytes } from './rows/dashboard-bytes.ts';
import { endToEnd } from './rows/end-to-end.ts';
import { fanOut } from './rows/fan-out.ts';
import { fullRefresh } from './rows/full-refresh.ts';
import { historicalRead } from './rows/historical-read.ts';
import { manySymbols } from './rows/many-symbols.ts';
import { packing } from './rows/packing.ts';
import { poll } from './rows/poll.ts';
import { priority } from './rows/priority.ts';
import { quota } from './rows/quota.ts';
import { quotesStored } from './rows/quotes-stored.ts';
import { recalculation } from './rows/recalculation.ts';
import { redisBytes } from './rows/redis-bytes.ts';

/** Every row, in the order of the table. */
export const rows: Row[] = [
  accept,
  poll,
  endToEnd,
  fullRefresh,
  quotesStored,
  quota,
  packing,
  priority,
  recalculation,
  fanOut,
  manySymbols,
  redisBytes,
  historicalRead,
  coldStart,
  dashboardBytes,
];
