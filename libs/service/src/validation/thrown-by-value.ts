import { types } from 'node:util';
import { BusError, classify } from '@trunkline/failures';

/** Errors that JavaScript throws for unexpected values, and the plain error that users throw. */
const PLAIN_ERROR_NAMES: ReadonlySet<string> = new Set(['Error', 'TypeError', 'RangeError', 'SyntaxError', 'URIError']);

/** How the code that threw was called. */
export type CallMode = 'synchronous' | 'asynchronous';

/**
 * Whether a validator or a transformation threw because of its value. An error with a status has another reason. Asynchronous code
 * may call other systems: system errors, errors of libraries, and errors with a cause are outages.
 */
export function isThrownByValue(thrown: unknown, calling: CallMode): boolean {
  if (thrown instanceof BusError || classify(thrown).kind !== 'internal') return false;
  return calling === 'synchronous' || isPlainError(thrown);
}

function isPlainError(thrown: unknown): boolean {
  // Errors of another realm are not instances of this realm's Error.
  if (!(thrown instanceof Error) && !types.isNativeError(thrown)) return true;
  return (
    PLAIN_ERROR_NAMES.has(thrown.constructor.name) && !('syscall' in thrown) && !('errno' in thrown) && !thrown.cause
  );
}

/** More would not help on a log line. */
const MAX_JOINED_ERRORS = 10;

/** Joins thrown errors into one; `undefined` for none. */
export function joinThrown(thrown: readonly unknown[]): unknown {
  if (thrown.length <= 1) return thrown[0];
  return new AggregateError(thrown.slice(0, MAX_JOINED_ERRORS), `${thrown.length} validators or transformations threw`);
}
