import type { FailureKind } from '../failure-kind';

/**
 * Whether the client may retry the request. `never`: it would fail again. `idempotent`: if the method is idempotent or the request has
 * an Idempotency-Key. `afterDelay`: after `Retry-After`, or after a while if there is none.
 */
export type RetryRule = 'never' | 'idempotent' | 'afterDelay';

/** An error code with its explanation, as served by `GET /errors/{slug}`. */
export interface CatalogueEntry {
  /** Stable and unique, upper snake case. */
  readonly code: string;
  readonly kind: FailureKind;
  /** HTTP status of the response; 499 is logged only. */
  readonly status: number;
  /** The same for every occurrence (RFC 9457 §3.1.3). */
  readonly title: string;
  /** What the error means, for the client. */
  readonly meaning: string;
  /** What the client can do. */
  readonly remedy: string;
  readonly retry: RetryRule;
  /** Minimum of `Retry-After` in seconds. If absent, a response has the header only if the failure sets it. */
  readonly minRetryAfterSeconds?: number;
}
