import type { FailureKind } from '../failure-kind';

/**
 * May the client send the same request again? `never`: it would fail again. `idempotent`: yes, if the method is idempotent or the
 * request has an Idempotency-Key. `afterwards`: yes, after `Retry-After`, or else after a while.
 */
export type RetryRule = 'never' | 'idempotent' | 'afterwards';

/** One code of the catalogue: what `GET /errors/{slug}` tells of it. */
export interface CatalogueEntry {
  /** Stable and unique, upper snake case. */
  readonly code: string;
  readonly kind: FailureKind;
  /** HTTP status of the answer; 499 is only ever logged. */
  readonly status: number;
  /** The same for every occurrence (RFC 9457 §3.1.3). */
  readonly title: string;
  /** What it means, for the client who got it. */
  readonly meaning: string;
  /** What the client can do about it. */
  readonly remedy: string;
  readonly retry: RetryRule;
  /** Seconds that `Retry-After` has at the least. Without it an answer has one only if the failure gives it. */
  readonly minRetryAfterSeconds?: number;
}
