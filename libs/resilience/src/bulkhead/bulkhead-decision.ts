import type { BulkheadPermit } from './bulkhead-permit';

/** Why an attempt was not let in. */
export interface BulkheadRejection {
  readonly isAllowed: false;
  /**
   * - `full`: as many as may are under way, and as many as may are waiting
   * - `queueTimeout`: it waited as long as it may
   * - `deadline`: the call's deadline passed before it was its turn
   * - `cancelled`: the call was cancelled before it was its turn
   */
  readonly reason: 'full' | 'queueTimeout' | 'deadline' | 'cancelled';
}

/** May the attempt begin? */
export type BulkheadDecision = BulkheadPermit | BulkheadRejection;
