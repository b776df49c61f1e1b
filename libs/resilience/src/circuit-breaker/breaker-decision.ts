/** Admits a call, whose outcome is recorded with this permit. */
export interface BreakerPermit {
  readonly isAllowed: true;
}

/** Rejects a call while the breaker is open. */
export interface BreakerRejection {
  readonly isAllowed: false;
  /** Milliseconds until the next probe; 0 while a probe is running, which may close the breaker at any moment. */
  readonly retryAfterMs: number;
}

/** Whether a call may be made. */
export type BreakerDecision = BreakerPermit | BreakerRejection;

/**
 * The outcome of an attempt, as far as the health of the upstream is concerned.
 *
 * - `success`, `failure`: counted
 * - `failedAgain`: another failed attempt of a call that has been counted as a failure. Not counted; a probe has failed
 * - `rejected`: the upstream is healthy and rejects the request (4xx). Not counted; a probe has succeeded
 * - `cancelled`: the attempt ended before there was a response, or was never sent. Not counted; the next call is the probe
 */
export type BreakerOutcome = 'success' | 'failure' | 'failedAgain' | 'rejected' | 'cancelled';
