import { PostgresConnection } from 'bullmq';
import type { LinkListener, SqlLink } from './sql-link';
import { SqlPool } from './sql-pool';

/**
 * BullMQ's connection, over a link. It does without BullMQ's check of the schema: the link has brought the schema up to date
 * before anybody asks, and a check that failed during an outage would be kept for ever.
 */
export class ReadyConnection extends PostgresConnection implements LinkListener {
  constructor(private readonly link: SqlLink) {
    super(new SqlPool(link));
    link.listen(this);
  }

  override async waitUntilReady(): Promise<void> {}

  /** Workers that wait look for jobs: their notification may have been among those that were missed. */
  renewed(): void {
    this.emit('listenerinvalidated');
  }

  override close(): Promise<void> {
    this.link.unlisten(this);
    return super.close();
  }
}
