import type {
  ComposeRequest,
  EnqueueRequest,
  Invoker,
  JobOrigin,
  JobReceipt,
  JobSubmitter,
  Publication,
  ServiceRegistry,
} from '@trunkline/service';
import type { Logger } from '@trunkline/telemetry';
import { ClockSkewMonitor } from './clock-skew/clock-skew-monitor';
import type { JobsConfig } from './configuration/jobs-config';
import type { ScheduleConfig } from './configuration/schedule-section';
import type { SubscriberConfig } from './configuration/topics-section';
import { DeadLetters } from './dead-letters/dead-letters';
import { FlowEnqueuer } from './flows/flow-enqueuer';
import { isJobId } from './queues/job-id';
import { JobStore } from './queues/job-store';
import { JobStoreOpener } from './queues/job-store-opener';
import { type JobView, toJobView } from './queues/job-view';
import { QueueRouter } from './queues/queue-router';
import { JobRunner } from './run/job-runner';
import { Schedules } from './schedules/schedules';
import { JobEnqueuer } from './submit/job-enqueuer';
import { JobFactory } from './submit/job-factory';

/** Configuration and collaborators of {@link Jobs}. */
export interface JobsOptions {
  /** Name of the bus. Hosts with the same name share their jobs. */
  readonly bus: string;
  /** `bus.jobs` */
  readonly config: JobsConfig;
  /** The directory of an embedded store. Absolute. */
  readonly directory: string;
  /** The section `schedule:` */
  readonly schedules: Readonly<Record<string, ScheduleConfig>>;
  /** The section `topics:` */
  readonly topics: Readonly<Record<string, { readonly subscribers: readonly SubscriberConfig[] }>>;
  readonly registry: ServiceRegistry;
  readonly logger: Logger;
  /** Create an embedded store at start, because the configuration submits jobs. Default false: the first job creates it. */
  readonly isPreparedAtStart?: boolean;
  /** Work on an embedded store that another process of this machine holds: for commands beside a bus. Default false. */
  readonly join?: boolean;
}

/** What a host does: serve HTTP, run jobs, or both. */
export type Role = 'http' | 'worker' | 'all';

/**
 * The jobs of a bus: durable invocations that run later and are retried when they fail. A job is in the store before the caller
 * receives its id, and survives a crash of its host.
 *
 * The store is opened at start if it may contain jobs or schedules are configured, else for the first job.
 */
export class Jobs implements JobSubmitter {
  readonly deadLetters: DeadLetters;
  readonly schedules: Schedules;
  readonly #options: JobsOptions;
  readonly #store: JobStore;
  readonly #storeOpener: JobStoreOpener;
  readonly #queueRouter: QueueRouter;
  readonly #jobEnqueuer: JobEnqueuer;
  readonly #flowEnqueuer: FlowEnqueuer;
  readonly #clockSkewMonitor: ClockSkewMonitor;
  readonly #closing = new AbortController();
  #jobRunner: JobRunner | undefined;

  constructor(options: JobsOptions) {
    const { bus, config, topics, registry, logger, schedules, directory, join = false } = options;
    const { backend, prefix, schema, durability, tls, lock: lockMs } = config;
    this.#options = options;
    this.#queueRouter = new QueueRouter(config, topics);
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
      onOpen: async (opened) => {
        void this.#clockSkewMonitor.run(this.#closing.signal);
        await this.#jobRunner?.start(opened);
      },
    });
    const parts = { store: this.#store, queueRouter: this.#queueRouter, jobFactory: new JobFactory(config), registry };
    this.#jobEnqueuer = new JobEnqueuer({ ...parts, topics });
    this.#flowEnqueuer = new FlowEnqueuer(parts);
    this.schedules = new Schedules({ store: this.#store, jobEnqueuer: this.#jobEnqueuer, logger, schedules, lockMs });
    this.deadLetters = new DeadLetters(this.#store);
    this.#clockSkewMonitor = new ClockSkewMonitor({ store: this.#store, logger });
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
    const { logger, schedules, config, isPreparedAtStart = false } = this.#options;
    if (role !== 'http') {
      const parts = { store: this.#store, queueRouter: this.#queueRouter, schedules: this.schedules };
      this.#jobRunner = new JobRunner({ ...parts, invoker, config, logger });
    }
    const isNeeded = this.hasStore || isPreparedAtStart || Object.keys(schedules).length > 0;
    if (isNeeded) await this.#storeOpener.openAtStart();
  }

  /** See {@link JobSubmitter.enqueue}. */
  async enqueue(request: EnqueueRequest): Promise<JobReceipt> {
    const deadlineMs = await this.#storeOpener.waitUntilOpen();
    return this.#jobEnqueuer.enqueue(request, deadlineMs);
  }

  /** See {@link JobSubmitter.compose}. */
  async compose(request: ComposeRequest): Promise<JobReceipt> {
    const deadlineMs = await this.#storeOpener.waitUntilOpen();
    return this.#flowEnqueuer.enqueue(request, deadlineMs);
  }

  /** See {@link JobSubmitter.publish}. */
  async publish(topic: string, message: unknown, origin: JobOrigin): Promise<Publication> {
    const deadlineMs = await this.#storeOpener.waitUntilOpen();
    return this.#jobEnqueuer.publish({ topic, message, origin }, deadlineMs);
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
    const found = await this.#store.find(id, deadlineMs);
    return found && toJobView(found.job, found.state);
  }

  /** First step of a shutdown: stops taking jobs. They can still be submitted. */
  async pause(): Promise<void> {
    await this.#jobRunner?.pause();
  }

  /** Second step of a shutdown: running jobs get `graceMs` to finish; the others are released, without costing an attempt. */
  async finish(graceMs: number): Promise<void> {
    await this.#jobRunner?.finish(graceMs);
  }

  /** Last step of a shutdown: closes the store. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#storeOpener.stop();
    await this.#jobRunner?.close();
    await this.#store.close();
  }
}
