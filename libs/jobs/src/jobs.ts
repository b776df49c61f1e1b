import type {
  ComposeRequest,
  EnqueueRequest,
  Invoker,
  JobOrigin,
  JobReceipt,
  JobSubmitter,
  Publication,
} from '@trunkline/service';
import type { JobBackend } from './backend/job-backend';
import type { DeadLetters } from './dead-letters/dead-letters';
import type { JobsOptions } from './jobs-options';
import { isJobId } from './queues/job-id';
import { JobStore } from './queues/job-store';
import { JobStoreOpener } from './queues/job-store-opener';
import type { JobView } from './queues/job-view';
import type { JobRunner } from './run/job-runner';
import type { Schedules } from './schedules/schedules';
import type * as Stored from './stored-jobs';

/** What a host does: serve HTTP, run jobs, or both. */
export type Role = 'http' | 'worker' | 'all';

/**
 * The jobs of a bus: durable invocations that run later and are retried when they fail. A job is in the store before the caller
 * receives its id, and survives a crash of its host.
 *
 * The store is opened at start if it may contain jobs or schedules are configured, else for the first job.
 */
export class Jobs implements JobSubmitter {
  readonly #options: JobsOptions;
  readonly #store: JobStore;
  readonly #storeOpener: JobStoreOpener;
  readonly #closing = new AbortController();
  /** `undefined` when this host runs no jobs. */
  #invoker: Invoker | undefined;
  #jobRunner: JobRunner | undefined;
  #isPaused = false;
  #stored: Stored.StoredJobs | undefined;

  constructor(options: JobsOptions) {
    const { bus, config, logger, directory, join = false } = options;
    const { backend, prefix, schema, durability, tls } = config;
    this.#options = options;
    this.#store = new JobStore({
      bus,
      config,
      backend: { backend, directory, prefix, schema, durability, tls, logger, join },
    });
    this.#storeOpener = new JobStoreOpener({
      store: this.#store,
      isEmbedded: backend === 'embedded',
      directory,
      logger,
      onOpen: (opened) => this.#startRunning(opened),
    });
  }

  /** The jobs that have used all their attempts. */
  get deadLetters(): DeadLetters {
    return this.#getStored().deadLetters;
  }

  /** The jobs that recur. */
  get schedules(): Schedules {
    return this.#getStored().schedules;
  }

  /** There is a store that jobs of an earlier run may be in. */
  get hasStore(): boolean {
    return this.#storeOpener.hasStore;
  }

  /**
   * Starts this host: it runs jobs as soon as the store is open.
   *
   * @throws {JobStoreError} when the store cannot be used as configured. An unavailable store does not stop a start
   */
  async start(invoker: Invoker, role: Role): Promise<void> {
    const { schedules, isPreparedAtStart = false } = this.#options;
    if (role !== 'http') this.#invoker = invoker;
    const isNeeded = this.hasStore || isPreparedAtStart || Object.keys(schedules).length > 0;
    if (isNeeded) await this.#storeOpener.openAtStart();
  }

  /** See {@link JobSubmitter.enqueue}. */
  async enqueue(request: EnqueueRequest): Promise<JobReceipt> {
    const deadlineMs = await this.#storeOpener.waitUntilOpen();
    return this.#getStored().jobEnqueuer.enqueue(request, deadlineMs);
  }

  /** See {@link JobSubmitter.compose}. */
  async compose(request: ComposeRequest): Promise<JobReceipt> {
    const deadlineMs = await this.#storeOpener.waitUntilOpen();
    return this.#getStored().flowEnqueuer.enqueue(request, deadlineMs);
  }

  /** See {@link JobSubmitter.publish}. */
  async publish(topic: string, message: unknown, origin: JobOrigin): Promise<Publication> {
    const deadlineMs = await this.#storeOpener.waitUntilOpen();
    return this.#getStored().jobEnqueuer.publish({ topic, message, origin }, deadlineMs);
  }

  /**
   * Finds a job by its id, which may be any text. The caller of this method checks its `owner` before showing it to a client.
   *
   * @returns `undefined` when there is no such job, or it is no longer kept
   * @throws {BusError} `STORE_UNAVAILABLE`
   */
  async find(id: string): Promise<JobView | undefined> {
    if (!this.hasStore || !isJobId(id)) return undefined;
    const deadlineMs = await this.#storeOpener.waitUntilOpen();
    return this.#getStored().find(id, deadlineMs);
  }

  /** First step of a shutdown: stops taking jobs. They can still be submitted. */
  async pause(): Promise<void> {
    this.#isPaused = true;
    await this.#jobRunner?.pause();
  }

  /** Second step of a shutdown: running jobs get `graceMs` to finish; the others are released, without costing an attempt. */
  async finish(graceMs: number): Promise<void> {
    await this.#jobRunner?.finish(graceMs);
  }

  /** Last step of a shutdown: closes the store. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#isPaused = true;
    this.#storeOpener.stop();
    await this.#jobRunner?.close();
    await this.#store.close();
  }

  async #startRunning(opened: JobBackend): Promise<void> {
    const stored = this.#getStored();
    void stored.clockSkewMonitor.run(this.#closing.signal);
    if (!this.#invoker || this.#isPaused) return;
    this.#jobRunner ??= stored.createRunner(this.#invoker);
    await this.#jobRunner.start(opened);
  }

  /** Loads what works on an open store: most hosts never open one. */
  #getStored(): Stored.StoredJobs {
    if (this.#stored) return this.#stored;
    // oxlint-disable-next-line typescript/no-require-imports -- see above
    const { StoredJobs }: typeof Stored = require('./stored-jobs');
    return (this.#stored = new StoredJobs(this.#options, this.#store));
  }
}
