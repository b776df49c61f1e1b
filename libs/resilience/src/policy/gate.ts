import type { AttemptOutcome } from '../pipeline/call-kind';

/**
 * Admits or rejects attempts. Neighbouring gates of a pipeline are one step, so that an admitted attempt costs one promise, and an
 * outcome is recorded in all of them before the next attempt is admitted.
 *
 * Each permit is passed back once, to {@link withdraw} or to {@link settle}, whatever happens to the attempt.
 *
 * @typeParam Permit - `undefined` where there is nothing to remember of an admitted attempt
 */
export interface Gate<Call, Result, Permit = unknown> {
  /**
   * Requests a permit. Returns a promise only where the attempt is queued; it never rejects.
   *
   * @returns the permit, or the error of the rejected attempt
   */
  admit(call: Call): Permit | Error | Promise<Permit | Error>;
  /**
   * Checks again whether an admitted attempt may start, because a gate further in has queued it meanwhile. Default: it may.
   *
   * @returns the error of an attempt that may not
   */
  findRejection?(): Error | undefined;
  /** The admitted attempt was rejected further in: it does not start. */
  withdraw?(permit: Permit): void;
  /**
   * The admitted attempt has ended.
   *
   * @param failed - its outcome; `undefined` where it has succeeded
   */
  settle?(permit: Permit, call: Call, failed: AttemptOutcome<Result> | undefined): void;
  /** Whether it allows no retry at present. Default: false. */
  readonly blocksRetries?: boolean;
  /** Milliseconds for which it admits no attempt at the request of the upstream: a retry waits for that time. Default: 0. */
  remainingMs?(): number;
}

/** Whether one of the gates allows no retry at present. */
export function areRetriesBlocked(gates: readonly Pick<Gate<never, never>, 'blocksRetries'>[]): boolean {
  return gates.some((gate) => gate.blocksRetries === true);
}

/** Finds the milliseconds for which the upstream wants no attempts; 0 where it has not requested that. */
export function findRemainingMs(gates: readonly Pick<Gate<never, never>, 'remainingMs'>[]): number {
  return Math.max(0, ...gates.map((gate) => gate.remainingMs?.() ?? 0));
}
