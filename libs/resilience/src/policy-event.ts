import type { RetryRejectionReason } from './retry/retry-decision';

/**
 * A decision of a policy, and the facts it is based on. `name` is the name of the connection.
 *
 * A policy emits an event only where it has changed, delayed or rejected something.
 */
export type PolicyEvent =
  /** Attempt number `attempt` (2 or more) starts in `delayMs`. */
  | { readonly type: 'retry'; readonly name: string; readonly attempt: number; readonly delayMs: number }
  /** The failure would have allowed attempt number `attempt`, but another limit prevents it. */
  | {
      readonly type: 'retryRefused';
      readonly name: string;
      readonly attempt: number;
      readonly reason: Exclude<RetryRejectionReason, 'notRetryable' | 'deadline'>;
    }
  /** An attempt is skipped: its wait and its expected latency are `neededMs`, and `remainingMs` are left. */
  | { readonly type: 'deadlineSkipped'; readonly name: string; readonly neededMs: number; readonly remainingMs: number }
  /** The upstream has requested no calls for `askedMs`; the hold lasts `forMs`. */
  | { readonly type: 'holdBegan'; readonly name: string; readonly forMs: number; readonly askedMs: number }
  /** The upstream has extended a hold: no calls for `askedMs` from now on; the hold lasts `forMs`. */
  | { readonly type: 'holdExtended'; readonly name: string; readonly forMs: number; readonly askedMs: number }
  /** The first call after a hold of `lastedMs` is admitted. */
  | { readonly type: 'holdEnded'; readonly name: string; readonly lastedMs: number }
  /** The breaker rejects calls for `openForMs`, because `failures` of the last `calls` failed. */
  | {
      readonly type: 'breakerOpened';
      readonly name: string;
      readonly cause: BreakerOpeningCause;
      readonly calls: number;
      readonly failures: number;
      readonly openForMs: number;
    }
  /** A probe succeeded after an outage of `outageMs`. */
  | { readonly type: 'breakerClosed'; readonly name: string; readonly outageMs: number }
  /** The bulkhead has rejected an attempt. */
  | {
      readonly type: 'bulkheadRejected';
      readonly name: string;
      readonly reason: 'full' | 'queueTimeout';
      readonly inUse: number;
      readonly waiting: number;
    }
  /** Extra attempt number `extra` (from 1) has started, because there was no response for `afterMs`. */
  | { readonly type: 'hedged'; readonly name: string; readonly extra: number; readonly afterMs: number };

/** Why a circuit breaker opened: failures in a row, too large a share of them, or a probe that failed. */
export type BreakerOpeningCause = 'consecutive' | 'ratio' | 'probe';
