import type { Row } from './row.ts';
import { accept } from './rows/accept.ts';
import { endToEnd } from './rows/end-to-end.ts';
import { poll } from './rows/poll.ts';
import { quotesStored } from './rows/quotes-stored.ts';

/** Every row, in the order of the table. */
export const rows: Row[] = [accept, poll, endToEnd, quotesStored];
