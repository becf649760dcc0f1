import { pg, sql } from '../orm.ts';

/** A point in time, to the millisecond. The database's clock writes it, unless a column says otherwise. */
export const moment = (name: string) => pg.timestamp(name, { withTimezone: true, precision: 3 });
export const createdAt = () => moment('created_at').notNull().default(sql`now()`);
/** Money, prices, quantities: never a float. */
export const decimal = (name: string) => pg.numeric(name);
