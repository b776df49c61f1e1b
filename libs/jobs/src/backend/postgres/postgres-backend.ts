import { getErrorCode, getErrorMessage } from '@trunkline/failures';
import type { Logger } from '@trunkline/telemetry';
import type { IQueueBackend } from 'bullmq';
import { TimeoutError, waitWithTimeout } from '@trunkline/time';
import { JobBackend, type QueueBackendOptions } from '../job-backend';
import { JobStoreError } from '../job-store-error';
import { OutageMonitor } from '../outage-monitor';
import type { PgQueryResult } from '../sql/pg-query-result';
import { isTransientSqlOutage, isSqlOutage } from '../sql/sql-outage';
import { SqlQueueBackendFactory } from '../sql/sql-queue-backend-factory';
import { PostgresDatabase } from './postgres-database';

/** How long a start waits for PostgreSQL and the creation of its tables before it continues without it. */
const START_TIMEOUT_MS = 5_000;

/** Options of {@link PostgresBackend.open}. */
export interface PostgresBackendOptions {
  readonly url: string;
  /** Schema of the tables. */
  readonly schema: string;
  readonly logger: Logger;
}

/** Jobs in PostgreSQL 13 or newer, in their own schema. */
export class PostgresBackend extends JobBackend {
  readonly kind = 'postgres';
  readonly #queueBackends: SqlQueueBackendFactory;

  private constructor(
    outageMonitor: OutageMonitor,
    private readonly database: PostgresDatabase,
  ) {
    super(outageMonitor);
    this.#queueBackends = new SqlQueueBackendFactory(database);
    database.addListener({
      onDisconnect: (error) => outageMonitor.recordOutage(error),
      onReconnect: () => outageMonitor.recordSuccess(),
    });
  }

  /**
   * Connects and migrates the schema. An unavailable PostgreSQL does not stop a start: the schema is migrated once it is available.
   *
   * @throws {JobStoreError} when it cannot be used: an unknown role or database, a missing privilege, a pooler without sessions, too old
   */
  static async open({ url, schema, logger }: PostgresBackendOptions): Promise<PostgresBackend> {
    const backend = new PostgresBackend(new OutageMonitor(logger), new PostgresDatabase(url, schema));
    try {
      await waitWithTimeout(START_TIMEOUT_MS, backend.database.prepare());
    } catch (cause) {
      if (!(cause instanceof TimeoutError) && !isTransientSqlOutage(cause)) {
        await backend.close();
        throw cause instanceof JobStoreError ? cause : createPostgresSetupError(cause);
      }
      backend.outageMonitor.recordOutage(cause);
    }
    return backend;
  }

  override async readClock(): Promise<number> {
    const found: PgQueryResult<{ ms: number }> = await this.database.query(
      'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms',
    );
    return found.rows[0]?.ms ?? Number.NaN;
  }

  protected override createQueueBackend(options: QueueBackendOptions): IQueueBackend {
    return this.#queueBackends.create(options);
  }

  protected override waitUntilAvailable(): Promise<void> {
    return this.database.prepare();
  }

  protected override isOutage(error: unknown): boolean {
    return error instanceof TimeoutError || error instanceof JobStoreError || isSqlOutage(error);
  }

  protected override disconnect(): Promise<void> {
    return this.database.close();
  }
}

/** SQLSTATE `insufficient_privilege`. */
const INSUFFICIENT_PRIVILEGE = '42501';

function createPostgresSetupError(cause: unknown): JobStoreError {
  const hint =
    getErrorCode(cause) === INSUFFICIENT_PRIVILEGE
      ? '; `trunkline jobs schema` prints the SQL for a user with the privilege, and bus.jobs.schema names the schema'
      : '';
  return new JobStoreError(`the PostgreSQL for jobs cannot be used: ${getErrorMessage(cause)}${hint}`, { cause });
}
