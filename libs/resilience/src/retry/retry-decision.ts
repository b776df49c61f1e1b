/** The facts about a failed attempt that a retry depends on. */
export interface AttemptFailure {
  /** Number of the attempt, from 1. */
  readonly attempt: number;
  /** Whether another attempt is safe, and may succeed. */
  readonly isRetryable: boolean;
  /** Milliseconds that the upstream wants the caller to wait; `undefined` where it names none. */
  readonly retryAfterMs: number | undefined;
  /** Milliseconds left of the deadline of the call. */
  readonly remainingMs: number;
  /** Usual latency of an attempt; 0 while it is unknown. */
  readonly expectedLatencyMs: number;
}

/**
 * Why there is no further attempt: the failure does not allow one, all attempts are used, too little is left of the deadline, the
 * upstream wants a longer wait than is left, or the budget of the connection is exhausted.
 */
export type RetryRejectionReason = 'notRetryable' | 'attemptsUsed' | 'deadline' | 'retryAfterTooLong' | 'budget';

/** Another attempt in `delayMs`, or none and why. */
export type RetryDecision =
  { readonly retry: true; readonly delayMs: number } | { readonly retry: false; readonly reason: RetryRejectionReason };
