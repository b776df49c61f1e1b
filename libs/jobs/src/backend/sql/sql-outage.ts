import { ConnectionClosedError } from 'bullmq';
import { getErrorCode, getErrorMessage } from '@trunkline/failures';

const NETWORK_ERROR_CODE = /^E[A-Z]+$/;
/** Connection exceptions, resources, operator intervention, system and internal errors, a standby. PostgreSQL, appendix A. */
const OUTAGE_SQLSTATE = /^(?:08|28|53|57|58|XX|25006|3D000|55P03)/;
/** How `pg` says it. */
const OUTAGE_MESSAGE =
  /^(?:Connection terminated|timeout expired|timeout exceeded when trying to connect|Query read timeout|Client (?:was closed|has encountered a connection error))/;

/** Is the database away, or unable to work? Every other error is about the statement. */
export function isSqlOutage(error: unknown): boolean {
  if (error instanceof ConnectionClosedError) return true;
  const code = getErrorCode(error);
  return OUTAGE_SQLSTATE.test(code) || NETWORK_ERROR_CODE.test(code) || OUTAGE_MESSAGE.test(getErrorMessage(error));
}

/** A user or a database that the server does not know. */
const UNKNOWN_ROLE_OR_DATABASE = /^(?:28|3D)/;
/** PgBouncer has one code for all that goes wrong, an outage of the server behind it included. */
const UNSUPPORTED_PARAMETER = /unsupported startup parameter/;

/** An outage that may end by itself; a user, a database or a setting that the server does not know does not. */
export function isTransientSqlOutage(error: unknown): boolean {
  return (
    isSqlOutage(error) &&
    !UNKNOWN_ROLE_OR_DATABASE.test(getErrorCode(error)) &&
    !UNSUPPORTED_PARAMETER.test(getErrorMessage(error))
  );
}

/**
 * An outage in the words that make BullMQ's workers pause before they try again: anything else they try at once, in a loop
 * without end. The cause is kept.
 */
export function toConnectionClosedError(error: unknown): unknown {
  if (!isSqlOutage(error) || error instanceof ConnectionClosedError) return error;
  return new ConnectionClosedError(undefined, error);
}
