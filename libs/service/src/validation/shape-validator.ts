import type { Violation } from '@trunkline/failures';

/**
 * Validates a value and returns it, possibly converted.
 *
 * @param coercible - members of the value that arrived as text (path and query) and may be coerced to their declared type
 * @throws {ValidationFailedError} with every violation at once; a promise of it, when the declaration is asynchronous
 */
export type ShapeValidator = (value: unknown, coercible: readonly string[]) => unknown;

/** For input from code and from bodies: no member arrived as text. */
export const NO_COERCIBLE_MEMBERS: readonly string[] = [];

/** A shared empty list: most values have no violation. */
export const NO_VIOLATIONS: readonly Violation[] = [];
