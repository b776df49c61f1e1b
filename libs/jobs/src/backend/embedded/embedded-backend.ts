import type { Logger } from '@trunkline/telemetry';
import type { IQueueBackend } from 'bullmq';
import { TimeoutError } from '@trunkline/time';
import { JobBackend, type QueueBackendOptions } from '../job-backend';
import { OutageMonitor } from '../outage-monitor';
import { isSqlOutage } from '../sql/sql-outage';
import { SqlQueueBackendFactory } from '../sql/sql-queue-backend-factory';
import { EmbeddedDatabase } from './embedded-database';
import { JobsDirectory } from './jobs-directory';

/** What {@link EmbeddedBackend.open} needs. */
export interface EmbeddedBackendOptions {
  readonly directory: string;
  readonly logger: Logger;
  /** Work on a store that another process of this machine holds. Default false: refused. */
  readonly join?: boolean;
  /** Aborts the opening: nothing writes to the directory once it has rejected. */
  readonly signal?: AbortSignal;
}

/**
 * Jobs in a directory: PGlite, which is PostgreSQL in WebAssembly, in a thread of one process. Others on the machine can join
 * it through a socket in the directory; when its holder ends, one of them takes its place.
 *
 * It survives the death of its process with every job. It does not survive the machine's: PGlite never calls `fsync`.
 */
export class EmbeddedBackend extends JobBackend {
  readonly kind = 'embedded';
  readonly #queueBackends: SqlQueueBackendFactory;

  private constructor(
    watch: OutageMonitor,
    private readonly database: EmbeddedDatabase,
  ) {
    super(watch);
    this.#queueBackends = new SqlQueueBackendFactory(database);
  }

  /** Loads PGlite and opens the directory. @throws {JobStoreError} when another process holds it and `join` is not set */
  static async open({ directory, logger, join = false, signal }: EmbeddedBackendOptions): Promise<EmbeddedBackend> {
    const watch = new OutageMonitor(logger);
    const link = await EmbeddedDatabase.open({
      directory: new JobsDirectory(directory),
      join,
      ...(signal && { signal }),
    });
    link.addListener({ onDisconnect: (error) => watch.recordOutage(error), onReconnect: () => watch.recordSuccess() });
    const backend = new EmbeddedBackend(watch, link);
    await backend.#warmUp();
    return backend;
  }

  override async readClock(): Promise<undefined> {}

  /** The first statement of a kind takes many times as long as the next, on a busy machine longer than a call is given. */
  async #warmUp(): Promise<void> {
    const queue = this.createQueue('trunkline.warm-up');
    try {
      await queue.getWaiting();
      const job = await queue.add('warm-up', {}, { removeOnComplete: true });
      await job.remove();
    } catch {
      // What does not work is said by the calls that are made.
    }
  }

  protected override createQueueBackend(use: QueueBackendOptions): IQueueBackend {
    return this.#queueBackends.create(use);
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
