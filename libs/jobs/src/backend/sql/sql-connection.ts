import { PostgresConnection } from 'bullmq';
import type { DatabaseListener, SqlDatabase } from './sql-database';
import { SqlPool } from './sql-pool';

/**
 * BullMQ's connection, over a link. It does without BullMQ's check of the schema: the link has brought the schema up to date
 * before anybody asks, and a check that failed during an outage would be kept for ever.
 */
export class SqlConnection extends PostgresConnection implements DatabaseListener {
  constructor(private readonly database: SqlDatabase) {
    super(new SqlPool(database));
    database.addListener(this);
  }

  override async waitUntilReady(): Promise<void> {}

  /** Workers that wait look for jobs: their notification may have been among those that were missed. */
  onReconnect(): void {
    this.emit('listenerinvalidated');
  }

  override close(): Promise<void> {
    this.database.removeListener(this);
    return super.close();
  }
}
