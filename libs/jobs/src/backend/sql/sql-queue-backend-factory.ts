import type { IQueueBackend } from 'bullmq';
import type { QueueBackendOptions } from '../job-backend';
import { SqlConnection } from './sql-connection';
import type { SqlDatabase } from './sql-database';
import { SqlQueueBackend } from './sql-queue-backend';

/** BullMQ's PostgreSQL side over one link. */
export class SqlQueueBackendFactory {
  readonly #sharedConnection: SqlConnection;

  constructor(private readonly database: SqlDatabase) {
    this.#sharedConnection = new SqlConnection(database);
  }

  /** Workers have one each: it is how they wait. */
  create({ name, options, isBlocking }: QueueBackendOptions): IQueueBackend {
    const connection = isBlocking ? new SqlConnection(this.database) : this.#sharedConnection;
    return new SqlQueueBackend(connection, name, { ...options, connection: connection.pool }, isBlocking);
  }
}
