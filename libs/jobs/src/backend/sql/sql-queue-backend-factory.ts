import type { IQueueBackend } from 'bullmq';
import type { QueueBackendOptions } from '../job-backend';
import { SqlConnection } from './sql-connection';
import type { SqlDatabase } from './sql-database';
import { SqlQueueBackend } from './sql-queue-backend';

/** Creates BullMQ's PostgreSQL backends over one {@link SqlDatabase}. */
export class SqlQueueBackendFactory {
  readonly #sharedConnection: SqlConnection;

  constructor(private readonly database: SqlDatabase) {
    this.#sharedConnection = new SqlConnection(database);
  }

  /** Creates a backend. A worker gets its own connection, on which it waits for jobs. */
  create({ name, options, isBlocking }: QueueBackendOptions): IQueueBackend {
    const connection = isBlocking ? new SqlConnection(this.database) : this.#sharedConnection;
    return new SqlQueueBackend(connection, name, { ...options, connection: connection.pool }, isBlocking);
  }
}
