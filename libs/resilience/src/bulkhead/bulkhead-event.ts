import type { DeadlineSkippedEvent } from '../deadline-skipped-event';

/** A rejection by the bulkhead of the connection `name`. */
export type BulkheadEvent = BulkheadRejectedEvent | DeadlineSkippedEvent;

/** The bulkhead has rejected an attempt. */
interface BulkheadRejectedEvent {
  readonly type: 'bulkheadRejected';
  readonly name: string;
  readonly reason: 'full' | 'queueTimeout';
  readonly inUse: number;
  readonly waiting: number;
}
