/**
 * Postgres is away, starting, overloaded or too slow: SQLSTATE classes 08, 53, 57 and statement time-outs; or others
 * stood in the way: 40, locks; or it takes no writes, as a standby that is about to take over: 25006.
 */
const AWAY = /^(08|40|53|57|55P03|25006)|^(ECONN|EPIPE|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH)/;
const SLOW = /timeout exceeded when trying to connect|Query read timeout|Connection terminated|connection timeout/i;

/** Read before it was deleted, referred to after that: an endpoint to be told, a portfolio that was valued. */
export const DELETED_MEANWHILE = '23503';

/** The error says that Postgres can't serve now, rather than that something is wrong with what was asked of it. */
export function isAway(error: unknown): boolean {
  const { code, message, errors, cause } = asFields(error);
  if (typeof code === 'string' && AWAY.test(code)) return true;
  if (typeof message === 'string' && SLOW.test(message)) return true;
  // An address that resolves to several is tried at each, and fails with all of their errors.
  return [...(Array.isArray(errors) ? errors : []), cause].some((each) => each !== undefined && isAway(each));
}

/** Postgres serves, and a statement took too long or met others: the next time may be no better. */
const HELD_UP = /^(40|55P03|57014)/;

/** The part of `isAway` that is no outage. */
export function isHeldUp(error: unknown): boolean {
  const { code, cause } = asFields(error);
  return (typeof code === 'string' && HELD_UP.test(code)) || (cause !== undefined && isHeldUp(cause));
}

/** What is to be written refers to what was deleted meanwhile, the portfolio of a holding for example. */
export function isDeletedMeanwhile(error: unknown): boolean {
  return asFields(error).code === DELETED_MEANWHILE;
}

/**
 * Nothing comes through this connection any more, a ROLLBACK neither: it would be waited for as long again. The server
 * undoes what was begun.
 */
export function isCutOff(error: unknown): boolean {
  const { message } = asFields(error);
  return typeof message === 'string' && /Query read timeout|Connection terminated/i.test(message);
}

/** By its fields rather than its class: errors of Node's own come from another realm in tests, and from workers. */
function asFields(error: unknown): { code?: unknown; message?: unknown; errors?: unknown; cause?: unknown } {
  return typeof error === 'object' && error !== null ? error : {};
}
