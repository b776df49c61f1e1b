import type { Logger } from '@trunkline/telemetry';
import type { IQueueBackend } from 'bullmq';
import { TimeoutError } from '@trunkline/time';
import { JobBackend, type QueueBackendOptions } from '../job-backend';
import { OutageMonitor } from '../outage-monitor';
import { isSqlOutage } from '../sql/sql-outage';
import { SqlQueueBackendFactory } from '../sql/sql-queue-backend-factory';
import { EmbeddedDatabase } from './embedded-database';
import { JobsDirectory } from './jobs-directory';

/** Options of {@link EmbeddedBackend.open}. */
export interface EmbeddedBackendOptions {
  readonly directory: string;
  readonly logger: Logger;
  /** Work on a store that another process of this machine holds. Default false: it is rejected. */
  readonly join?: boolean;
  /** Aborts the opening. When it has rejected, nothing writes to the directory any more. */
  readonly signal?: AbortSignal;
}

/**
 * Jobs in a directory: PGlite, which is PostgreSQL in WebAssembly, in a thread of one process. Other processes of the machine can join
 * it through a socket in the directory; when the holder ends, one of them takes over.
 *
 * All jobs survive a crash of the process, but not of the machine: PGlite never calls `fsync`.
 */
export class EmbeddedBackend extends JobBackend {
  readonly kind = 'embedded';
  readonly #queueBackends: SqlQueueBackendFactory;

  private constructor(
    outageMonitor: OutageMonitor,
    private readonly database: EmbeddedDatabase,
  ) {
    super(outageMonitor);
    this.#queueBackends = new SqlQueueBackendFactory(database);
  }

  /** Loads PGlite and opens the directory. @throws {JobStoreError} when another process holds it and `join` is not set */
  static async open({ directory, logger, join = false, signal }: EmbeddedBackendOptions): Promise<EmbeddedBackend> {
    const outageMonitor = new OutageMonitor(logger);
    const database = await EmbeddedDatabase.open({
      directory: new JobsDirectory(directory),
      join,
      ...(signal && { signal }),
    });
    database.addListener({
      onDisconnect: (error) => outageMonitor.recordOutage(error),
      onReconnect: () => outageMonitor.recordSuccess(),
    });
    const backend = new EmbeddedBackend(outageMonitor, database);
    await backend.#warmUp();
    return backend;
  }

  /** The clock of the store is that of this host. */
  override async readClock(): Promise<undefined> {}

  /** Runs each kind of statement once: the first takes many times as long as the next, on a busy machine longer than a call may take. */
  async #warmUp(): Promise<void> {
    const queue = this.createQueue('trunkline.warm-up');
    try {
      await queue.getWaiting();
      const job = await queue.add('warm-up', {}, { removeOnComplete: true });
      await job.remove();
    } catch {
      // The calls that follow report the error.
    }
  }

  protected override createQueueBackend(options: QueueBackendOptions): IQueueBackend {
    return this.#queueBackends.create(options);
  }

  protected override async waitUntilAvailable(): Promise<void> {
    this.database.getCurrent();
  }

  protected override isOutage(error: unknown): boolean {
    return error instanceof TimeoutError || isSqlOutage(error);
  }

  protected override disconnect(): Promise<void> {
    return this.database.close();
  }
}
