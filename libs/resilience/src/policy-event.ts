import type { RetryRejectionReason } from './retry/retry-decision';

/**
 * What a policy has decided, and by which facts. `name` is the name of the connection, as the policies were given it.
 *
 * Calls that go their usual way make no event: there is one only where a policy has changed, delayed or refused something.
 */
export type PolicyEvent =
  /** Attempt number `attempt` (2 or more) begins in `delayMs`. */
  | { readonly type: 'retry'; readonly name: string; readonly attempt: number; readonly delayMs: number }
  /** Attempt number `attempt` would have been allowed by what failed, and is not made all the same. */
  | {
      readonly type: 'retryRefused';
      readonly name: string;
      readonly attempt: number;
      readonly reason: Exclude<RetryRejectionReason, 'notRetryable' | 'deadline'>;
    }
  /** An attempt, be it the first or another, is not made: it takes `neededMs` to wait and to be answered, and `remainingMs` are left. */
  | { readonly type: 'deadlineSkipped'; readonly name: string; readonly neededMs: number; readonly remainingMs: number }
  /** The system has asked to be left alone for `askedMs`, and is for `forMs`. */
  | { readonly type: 'holdBegan'; readonly name: string; readonly forMs: number; readonly askedMs: number }
  /** As `holdBegan`, while there is a hold that would have ended earlier. */
  | { readonly type: 'holdExtended'; readonly name: string; readonly forMs: number; readonly askedMs: number }
  /** The first call after a hold of `lastedMs` is made. */
  | { readonly type: 'holdEnded'; readonly name: string; readonly lastedMs: number }
  /** Nothing but one probe is let through before `openForMs` have passed. `failures` of the last `calls` made it so. */
  | {
      readonly type: 'breakerOpened';
      readonly name: string;
      readonly cause: BreakerOpeningCause;
      readonly calls: number;
      readonly failures: number;
      readonly openForMs: number;
    }
  /** A probe got through; nothing else did for `outageMs`. */
  | { readonly type: 'breakerClosed'; readonly name: string; readonly outageMs: number }
  /** An attempt was not made, with so many others under way and waiting. */
  | {
      readonly type: 'bulkheadRejected';
      readonly name: string;
      readonly reason: 'full' | 'queueTimeout';
      readonly inUse: number;
      readonly waiting: number;
    }
  /** Extra attempt number `extra` (from 1) has begun beside those that have been without an answer for `afterMs`. */
  | { readonly type: 'hedged'; readonly name: string; readonly extra: number; readonly afterMs: number };

/** Why a circuit breaker opened: failures in a row, too large a share of them, or a probe that failed. */
export type BreakerOpeningCause = 'consecutive' | 'ratio' | 'probe';
