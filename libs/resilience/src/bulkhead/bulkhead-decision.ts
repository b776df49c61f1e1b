import type { BulkheadPermit } from './bulkhead-permit';

/** Why an attempt was rejected. */
export interface BulkheadRejection {
  readonly isAllowed: false;
  /**
   * - `full`: all permits are in use, and the queue is full
   * - `queueTimeout`: the attempt was queued for the longest time allowed
   * - `deadline`: the deadline of the call passed while the attempt was queued
   * - `cancelled`: the call was cancelled while the attempt was queued
   */
  readonly reason: 'full' | 'queueTimeout' | 'deadline' | 'cancelled';
}

/** Whether an attempt may start. */
export type BulkheadDecision = BulkheadPermit | BulkheadRejection;
