/**
 * Postgres is away, starting, overloaded or too slow (SQLSTATE classes 08, 53, 57, and statement time-outs); or other
 * transactions stood in the way (class 40, locks); or it takes no writes, like a standby that is about to take over
 * (25006).
 */
const AWAY = /^(08|40|53|57|55P03|25006)|^(ECONN|EPIPE|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH)/;
const SLOW = /timeout exceeded when trying to connect|Query read timeout|Connection terminated|connection timeout/i;

/** A row was read, then deleted by somebody, then referred to: an endpoint to be told, a portfolio that was valued. */
export const DELETED_MEANWHILE = '23503';

/** Whether the error says that Postgres can't serve now, rather than that the statement is wrong. */
export function isAway(error: unknown): boolean {
  const { code, message, errors, cause } = asFields(error);
  if (typeof code === 'string' && AWAY.test(code)) return true;
  if (typeof message === 'string' && SLOW.test(message)) return true;
  // If the host resolves to several addresses each is tried, and the error holds all of their errors.
  return [...(Array.isArray(errors) ? errors : []), cause].some((each) => each !== undefined && isAway(each));
}

/** Postgres serves, but a statement took too long or met other transactions: that may happen again the next time. */
const HELD_UP = /^(40|55P03|57014)/;

/** The part of `isAway` that is no outage. */
export function isHeldUp(error: unknown): boolean {
  const { code, cause } = asFields(error);
  return (typeof code === 'string' && HELD_UP.test(code)) || (cause !== undefined && isHeldUp(cause));
}

/** Whether the write refers to a row that was deleted meanwhile, for example the portfolio of a holding. */
export function isDeletedMeanwhile(error: unknown): boolean {
  return asFields(error).code === DELETED_MEANWHILE;
}

/**
 * Whether the connection is dead, so that a ROLLBACK would only be waited for as long again. The server rolls back what
 * was begun.
 */
export function isCutOff(error: unknown): boolean {
  const { message } = asFields(error);
  return typeof message === 'string' && /Query read timeout|Connection terminated/i.test(message);
}

/**
 * Recognised by its fields, not its class: Node's own errors come from another realm in tests and from worker threads.
 */
function asFields(error: unknown): { code?: unknown; message?: unknown; errors?: unknown; cause?: unknown } {
  return typeof error === 'object' && error !== null ? error : {};
}
