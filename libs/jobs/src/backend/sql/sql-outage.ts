import { ConnectionClosedError } from 'bullmq';
import { getErrorCode, getErrorMessage } from '@trunkline/failures';

const NETWORK_ERROR_CODE = /^E[A-Z]+$/;
/** Connection exceptions, resources, operator intervention, system and internal errors, a standby. PostgreSQL, appendix A. */
const OUTAGE_SQLSTATE = /^(?:08|28|53|57|58|XX|25006|3D000|55P03)/;
/** Messages of `pg` that mean an outage. */
const OUTAGE_MESSAGE =
  /^(?:Connection terminated|timeout expired|timeout exceeded when trying to connect|Query read timeout|Client (?:was closed|has encountered a connection error))/;

/** Whether the database is unavailable or cannot work. Any other error is about the statement. */
export function isSqlOutage(error: unknown): boolean {
  if (error instanceof ConnectionClosedError) return true;
  const code = getErrorCode(error);
  return OUTAGE_SQLSTATE.test(code) || NETWORK_ERROR_CODE.test(code) || OUTAGE_MESSAGE.test(getErrorMessage(error));
}

/** The role or the database does not exist on the server. */
const UNKNOWN_ROLE_OR_DATABASE = /^(?:28|3D)/;
/** PgBouncer has one code for all errors, including an outage of the server behind it. */
const UNSUPPORTED_PARAMETER = /unsupported startup parameter/;

/** Whether an outage may end by itself. One that is caused by an unknown role, database or setting does not. */
export function isTransientSqlOutage(error: unknown): boolean {
  return (
    isSqlOutage(error) &&
    !UNKNOWN_ROLE_OR_DATABASE.test(getErrorCode(error)) &&
    !UNSUPPORTED_PARAMETER.test(getErrorMessage(error))
  );
}

/**
 * Wraps an outage in the error after which BullMQ's workers pause before they retry; after any other error they retry at once, in an
 * endless loop. Other errors are returned unchanged.
 */
export function toConnectionClosedError(error: unknown): unknown {
  if (!isSqlOutage(error) || error instanceof ConnectionClosedError) return error;
  return new ConnectionClosedError(undefined, error);
}
