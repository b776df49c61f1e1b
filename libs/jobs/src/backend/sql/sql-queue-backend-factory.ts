import type { IQueueBackend } from 'bullmq';
import type { QueueBackendOptions } from '../job-backend';
import { CompletedJobTrimmer } from './completed-job-trimmer';
import { SqlConnection } from './sql-connection';
import type { SqlDatabase } from './sql-database';
import { SqlQueueBackend } from './sql-queue-backend';

/** Creates BullMQ's PostgreSQL backends over one {@link SqlDatabase}. */
export class SqlQueueBackendFactory {
  readonly #sharedConnection: SqlConnection;
  readonly #trimmer: CompletedJobTrimmer;

  constructor(private readonly database: SqlDatabase) {
    this.#sharedConnection = new SqlConnection(database);
    this.#trimmer = new CompletedJobTrimmer(database);
  }

  /** Creates a backend. A worker gets its own connection, on which it waits for jobs. */
  create({ name, options, isBlocking }: QueueBackendOptions): IQueueBackend {
    const connection = isBlocking ? new SqlConnection(this.database) : this.#sharedConnection;
    const backend = new SqlQueueBackend(connection, name, { ...options, connection: connection.pool }, isBlocking);
    backend.trimmer = this.#trimmer;
    return backend;
  }
}
