import type { PipelineCall } from '../pipeline/pipeline-call';

/** The decision about an attempt. */
export type CallLimitDecision =
  | { readonly isAllowed: true }
  /** The limit allows the attempt after `retryAfterMs`, which is later than its deadline. */
  | { readonly isAllowed: false; readonly retryAfterMs: number };

/** What a limit needs of a call: its cancellation, and the time that it may take. */
export type LimitedCall = Pick<PipelineCall, 'reason' | 'onCancel' | 'remainingMs'>;
