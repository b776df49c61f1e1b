import type { DeadlineSkippedEvent } from '../deadline-skipped-event';
import type { RetryRejectionReason } from './retry-decision';

/** A decision on another attempt of a call of the connection `name`. */
export type RetryEvent =
  /** Attempt number `attempt` (2 or more) starts in `delayMs`. */
  | { readonly type: 'retry'; readonly name: string; readonly attempt: number; readonly delayMs: number }
  /** The failure would have allowed attempt number `attempt`, but another limit prevents it. */
  | {
      readonly type: 'retryRejected';
      readonly name: string;
      readonly attempt: number;
      readonly reason: Exclude<RetryRejectionReason, 'notRetryable' | 'deadline'>;
    }
  | DeadlineSkippedEvent;
