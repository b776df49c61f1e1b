/** Go ahead, and say under this very pass how it went. */
export interface BreakerPermit {
  readonly isAllowed: true;
}

/** The upstream is to be left alone. */
export interface BreakerRejection {
  readonly isAllowed: false;
  /** Until the next probe; 0 while one is under way, which may let everything through again at any moment. */
  readonly retryAfterMs: number;
}

/** May the call go ahead? */
export type BreakerDecision = BreakerPermit | BreakerRejection;

/**
 * How a call went, as far as the upstream's health goes.
 *
 * - `success`, `failure`: counted
 * - `failedAgain`: a further attempt of a call that has been counted as a failure, of which nothing new is learnt. Not counted; a probe
 *   has failed
 * - `rejected`: the upstream is well and will not do it (4xx). Not counted, but a probe that learns as much has succeeded
 * - `cancelled`: it ended before it could tell, or was never sent. Not counted; a probe is left to the next call
 */
export type BreakerOutcome = 'success' | 'failure' | 'failedAgain' | 'rejected' | 'cancelled';
