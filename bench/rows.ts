import type { Row } from './row.ts';
import { accept } from './rows/accept.ts';

/** Every row, in the order of the table. */
export const rows: Row[] = [accept];
