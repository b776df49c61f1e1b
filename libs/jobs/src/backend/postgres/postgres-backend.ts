import type { Logger } from '@trunkline/telemetry';
import type { IQueueBackend } from 'bullmq';
import { errorCode, errorMessage } from '../error-code';
import { JobBackend, type StoreUse } from '../job-backend';
import { JobStoreError } from '../job-store-error';
import { StoreTimeoutError } from '../store-timeout-error';
import { StoreWatch } from '../store-watch';
import type { PgQueryResult } from '../sql/pg-shapes';
import { isAway, isSqlOutage } from '../sql/sql-outage';
import { SqlQueues } from '../sql/sql-queues';
import { within } from '../within';
import { PostgresLink } from './postgres-link';

/** A start waits this long for PostgreSQL and the making of its tables, and goes on without it. */
const START_LIMIT_MS = 5_000;

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
  readonly #queues: SqlQueues;

  private constructor(
    watch: StoreWatch,
    private readonly link: PostgresLink,
  ) {
    super(watch);
    this.#queues = new SqlQueues(link);
    link.listen({ lost: (error) => watch.failed(error), renewed: () => watch.answered() });
  }

  /**
   * Connects and brings the schema up to date. A PostgreSQL that is away does not stop a start: that is done when it comes up.
   *
   * @throws {JobStoreError} when it is there and cannot be used: an unknown user or database, no right to make the schema, a pooler that keeps no session, too old
   */
  static async open({ url, schema, logger }: PostgresBackendOptions): Promise<PostgresBackend> {
    const backend = new PostgresBackend(new StoreWatch(logger), new PostgresLink(url, schema));
    try {
      await within(START_LIMIT_MS, backend.link.prepare());
    } catch (cause) {
      if (!(cause instanceof StoreTimeoutError) && !isAway(cause)) {
        await backend.close();
        throw cause instanceof JobStoreError ? cause : createRefusal(cause);
      }
      backend.watch.failed(cause);
    }
    return backend;
  }

  override async readClock(): Promise<number> {
    const found: PgQueryResult<{ ms: number }> = await this.link.query(
      'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms',
    );
    return found.rows[0]?.ms ?? Number.NaN;
  }

  protected override connect(use: StoreUse): IQueueBackend {
    return this.#queues.connect(use);
  }

  protected override available(): Promise<void> {
    return this.link.prepare();
  }

  protected override isOutage(error: unknown): boolean {
    return error instanceof StoreTimeoutError || error instanceof JobStoreError || isSqlOutage(error);
  }

  protected override release(): Promise<void> {
    return this.link.close();
  }
}

/** How PostgreSQL says that this is not for the user. */
const NOT_PERMITTED = '42501';

function createRefusal(cause: unknown): JobStoreError {
  const hint =
    errorCode(cause) === NOT_PERMITTED
      ? '; `trunkline jobs schema` prints the statements for a user who may run them, and bus.jobs.schema names the schema'
      : '';
  return new JobStoreError(`the PostgreSQL for jobs cannot be used: ${errorMessage(cause)}${hint}`, { cause });
}
