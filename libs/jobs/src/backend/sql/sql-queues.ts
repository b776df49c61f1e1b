import type { IQueueBackend } from 'bullmq';
import type { StoreUse } from '../job-backend';
import { ReadyConnection } from './ready-connection';
import type { SqlLink } from './sql-link';
import { SqlQueueBackend } from './sql-queue-backend';

/** BullMQ's PostgreSQL side over one link. */
export class SqlQueues {
  readonly #shared: ReadyConnection;

  constructor(private readonly link: SqlLink) {
    this.#shared = new ReadyConnection(link);
  }

  /** Workers have one each: it is how they wait. */
  connect({ name, options, waits }: StoreUse): IQueueBackend {
    const connection = waits ? new ReadyConnection(this.link) : this.#shared;
    return new SqlQueueBackend(connection, name, { ...options, connection: connection.pool }, waits);
  }
}
