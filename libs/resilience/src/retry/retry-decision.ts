/** An attempt that has failed, as far as a retry depends on it. */
export interface AttemptFailure {
  /** Number of the attempt, from 1. */
  readonly attempt: number;
  /** Would another attempt be safe, and might it succeed? Only the transport can tell. */
  readonly isRetryable: boolean;
  /** For how long the upstream asked to be left alone; `undefined` if it did not. */
  readonly retryAfterMs: number | undefined;
  /** What is left of the call's deadline. */
  readonly remainingMs: number;
  /** How long an attempt usually takes; 0 while that is not known. */
  readonly expectedLatencyMs: number;
}

/**
 * Why there is no further attempt: the failure does not allow one, all attempts are used, what is left of the deadline cannot
 * hold one, the upstream asked for more time than is left, or the connection has used its budget.
 */
export type RetryRejectionReason = 'notRetryable' | 'attemptsUsed' | 'deadline' | 'retryAfterTooLong' | 'budget';

/** Another attempt in `delayMs`, or none and why. */
export type RetryDecision =
  { readonly retry: true; readonly delayMs: number } | { readonly retry: false; readonly reason: RetryRejectionReason };
