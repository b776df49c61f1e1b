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

/** A start waits this long for PostgreSQL and the making of its tables, and goes on without it. */
const START_TIMEOUT_MS = 5_000;

/** What {@link PostgresBackend.open} needs. */
export interface PostgresBackendOptions {
  readonly url: string;
  /** The schema of the tables. */
  readonly schema: string;
  readonly logger: Logger;
}

/** Jobs in a PostgreSQL of 13 or newer, in a schema of their own. */
export class PostgresBackend extends JobBackend {
  readonly kind = 'postgres';
  readonly #queueBackends: SqlQueueBackendFactory;

  private constructor(
    watch: OutageMonitor,
    private readonly database: PostgresDatabase,
  ) {
    super(watch);
    this.#queueBackends = new SqlQueueBackendFactory(database);
    database.addListener({
      onDisconnect: (error) => watch.recordOutage(error),
      onReconnect: () => watch.recordSuccess(),
    });
  }

  /**
   * Connects and brings the schema up to date. A PostgreSQL that is away does not stop a start: that is done when it comes up.
   *
   * @throws {JobStoreError} when it is there and cannot be used: an unknown user or database, no right to make the schema, a pooler that keeps no session, too old
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

  protected override createQueueBackend(use: QueueBackendOptions): IQueueBackend {
    return this.#queueBackends.create(use);
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

/** How PostgreSQL says that this is not for the user. */
const INSUFFICIENT_PRIVILEGE = '42501';

function createPostgresSetupError(cause: unknown): JobStoreError {
  const hint =
    getErrorCode(cause) === INSUFFICIENT_PRIVILEGE
      ? '; `trunkline jobs schema` prints the statements for a user who may run them, and bus.jobs.schema names the schema'
      : '';
  return new JobStoreError(`the PostgreSQL for jobs cannot be used: ${getErrorMessage(cause)}${hint}`, { cause });
}
