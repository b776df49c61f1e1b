import { PostgresConnection } from 'bullmq';
import type { DatabaseListener, SqlDatabase } from './sql-database';
import { SqlPool } from './sql-pool';

/**
 * BullMQ's connection to a {@link SqlDatabase}. It skips BullMQ's check of the schema: the database migrates the schema before the first
 * statement, and BullMQ would keep the error of a check that fails during an outage.
 */
export class SqlConnection extends PostgresConnection implements DatabaseListener {
  constructor(private readonly database: SqlDatabase) {
    super(new SqlPool(database));
    database.addListener(this);
  }

  override async waitUntilReady(): Promise<void> {}

  /** Makes waiting workers check for jobs, since notifications may have been missed. */
  onReconnect(): void {
    this.emit('listenerinvalidated');
  }

  override close(): Promise<void> {
    this.database.removeListener(this);
    return super.close();
  }
}
