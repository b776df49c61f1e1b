import { types } from 'node:util';
import { BusError, classify } from '@trunkline/failures';

/** Errors that JavaScript itself throws when a value is not what code expects, and the plain one that people throw. */
const PLAIN_ERROR_NAMES: ReadonlySet<string> = new Set(['Error', 'TypeError', 'RangeError', 'SyntaxError', 'URIError']);

/** How the code that has thrown was called. */
export type CallMode = 'synchronous' | 'asynchronous';

/**
 * Has a validator or a transformation thrown because of the value that it was given? Not if the error has a status of its own. What
 * is asynchronous asks other systems, too: errors of the system, of a library, or caused by them are outages.
 */
export function isThrownByValue(thrown: unknown, calling: CallMode): boolean {
  if (thrown instanceof BusError || classify(thrown).kind !== 'internal') return false;
  return calling === 'synchronous' || isPlainError(thrown);
}

function isPlainError(thrown: unknown): boolean {
  // Those of another realm are no instances of this one's Error.
  if (!(thrown instanceof Error) && !types.isNativeError(thrown)) return true;
  return (
    PLAIN_ERROR_NAMES.has(thrown.constructor.name) && !('syscall' in thrown) && !('errno' in thrown) && !thrown.cause
  );
}

/** More would be of no use on a log line. */
const MAX_JOINED_ERRORS = 10;

/** One error for all that were thrown; `undefined` for none. */
export function joinThrown(thrown: readonly unknown[]): unknown {
  if (thrown.length <= 1) return thrown[0];
  return new AggregateError(thrown.slice(0, MAX_JOINED_ERRORS), `${thrown.length} validators or transformations threw`);
}
