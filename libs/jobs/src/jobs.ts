import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { BusError, createFailure } from '@trunkline/failures';
import type {
  ComposeRequest,
  Invoker,
  EnqueueRequest,
  JobSubmitter,
  JobOrigin,
  JobReceipt,
  Publication,
  ServiceRegistry,
} from '@trunkline/service';
import type { Logger } from '@trunkline/telemetry';
import { waitWithTimeout } from '@trunkline/time';
import { CALL_TIMEOUT_MS, computeCallDeadlineMs } from './backend/call-timeout';
import { StoreFileError } from './backend/embedded/store-file-error';
import { JobStoreError } from './backend/job-store-error';
import { ClockSkewMonitor } from './clock-skew/clock-skew-monitor';
import type { JobsConfig } from './configuration/jobs-config';
import type { ScheduleConfig } from './configuration/schedule-section';
import type { SubscriberConfig } from './configuration/topics-section';
import { DeadLetters } from './dead-letters/dead-letters';
import { FlowEnqueuer } from './flows/flow-enqueuer';
import { JobFactory } from './submit/job-factory';
import { type JobView, toJobView } from './queues/job-view';
import { JobRunner } from './run/job-runner';
import { JobEnqueuer } from './submit/job-enqueuer';
import { JobStore } from './queues/job-store';
import { isJobId } from './queues/job-id';
import { QueueRouter } from './queues/queue-router';
import { Schedules } from './schedules/schedules';

/** What the jobs of a bus are made of. */
export interface JobsOptions {
  /** Name of the bus: hosts of one name share their jobs. */
  readonly bus: string;
  /** `bus.jobs` */
  readonly config: JobsConfig;
  /** Absolute. */
  readonly directory: string;
  /** The section `schedule:` */
  readonly schedules: Readonly<Record<string, ScheduleConfig>>;
  /** The section `topics:` */
  readonly topics: Readonly<Record<string, { readonly subscribers: readonly SubscriberConfig[] }>>;
  readonly registry: ServiceRegistry;
  readonly logger: Logger;
  /** The configuration has what makes jobs, so that an embedded store is prepared at start. Default false: by the first job. */
  readonly isPreparedAtStart?: boolean;
  /** Work on an embedded store that another process of this machine holds: for commands beside a bus. Default false. */
  readonly join?: boolean;
}

/** What a start waits for an embedded store that exists: opening it takes half a second. */
const OPEN_TIMEOUT_MS = 10_000;
/** What a start waits for an embedded store that is being made: a directory that another process holds is known by then. */
const LOCK_CHECK_TIMEOUT_MS = 250;
/** What a job waits for a store that is being made, which takes a second, and several on a busy machine. */
const CREATE_TIMEOUT_MS = 15_000;
/** When a store that could not be opened at start is tried again: soon, and less and less often. */
const REOPEN_DELAY_MS = { first: 1_000, longest: 60_000 };

/** The work that a host does: what clients ask for, what jobs ask for, or both. */
export type Role = 'http' | 'worker' | 'all';

/**
 * The jobs of a bus: services are invoked later, and again when they fail. Work that is accepted is in the store before anybody is
 * told; a host that dies loses none of it.
 *
 * The store is opened at start if there may be something in it to do, else with the first job.
 */
export class Jobs implements JobSubmitter {
  readonly deadLetters: DeadLetters;
  readonly schedules: Schedules;
  readonly #options: JobsOptions;
  readonly #store: JobStore;
  readonly #queueRouter: QueueRouter;
  readonly #jobEnqueuer: JobEnqueuer;
  readonly #flowEnqueuer: FlowEnqueuer;
  #jobRunner: JobRunner | undefined;
  #opening: Promise<void> | undefined;
  /** The store exists, so that a job waits for it as long as for any call. */
  #isStoreCreated = false;
  readonly #closing = new AbortController();
  readonly #clockSkewMonitor: ClockSkewMonitor;

  constructor(options: JobsOptions) {
    const { bus, config, topics, registry, logger, schedules, directory, join = false } = options;
    const { backend, prefix, schema, durability, tls } = config;
    this.#options = options;
    this.#queueRouter = new QueueRouter(config, topics);
    this.#store = new JobStore({
      bus,
      config,
      backend: { backend, directory, prefix, schema, durability, tls, logger, join },
    });
    const parts = { store: this.#store, queueRouter: this.#queueRouter, jobFactory: new JobFactory(config), registry };
    this.#jobEnqueuer = new JobEnqueuer({ ...parts, topics });
    this.#flowEnqueuer = new FlowEnqueuer(parts);
    this.schedules = new Schedules({
      store: this.#store,
      jobEnqueuer: this.#jobEnqueuer,
      logger,
      schedules,
      lockMs: config.lock,
    });
    this.deadLetters = new DeadLetters(this.#store);
    this.#clockSkewMonitor = new ClockSkewMonitor({ store: this.#store, logger });
  }

  /** Is there a store already, or one that others keep? Jobs of an earlier run may be in it. */
  get hasStore(): boolean {
    return this.#options.config.backend !== 'embedded' || existsSync(this.#options.directory);
  }

  /**
   * Lets this host do its part: jobs are run from now on, or from the first one on where there can be none yet.
   *
   * @throws {JobStoreError} when the store cannot be used as it is set up. One that is away does not stop a start
   */
  async start(invoker: Invoker, role: Role): Promise<void> {
    const { logger, schedules, config, isPreparedAtStart = false } = this.#options;
    if (role !== 'http') {
      const parts = { store: this.#store, queueRouter: this.#queueRouter, schedules: this.schedules };
      this.#jobRunner = new JobRunner({ ...parts, invoker, config, logger });
    }
    const isThere = this.hasStore;
    if (!isThere && !isPreparedAtStart && Object.keys(schedules).length === 0) return;
    this.#isStoreCreated = isThere;
    const working = this.#open();
    if (config.backend !== 'embedded') return working;
    // A directory that another process holds is known at once; a database that is being made holds up nobody who needs none.
    const limitMs = isThere ? OPEN_TIMEOUT_MS : LOCK_CHECK_TIMEOUT_MS;
    const opening = working.catch((err: unknown) => this.#handleOpenFailure(err));
    const isKnown = await Promise.race([opening.then(() => true), pause(limitMs, false, { ref: false })]);
    if (!isKnown) opening.catch((err: unknown) => logger.error({ err }, 'the job store could not be opened'));
  }

  /** See {@link JobSubmitter.enqueue}. */
  async enqueue(ask: EnqueueRequest): Promise<JobReceipt> {
    const until = await this.#waitUntilOpen();
    return this.#jobEnqueuer.enqueue(ask, until);
  }

  /** See {@link JobSubmitter.compose}. */
  async compose(ask: ComposeRequest): Promise<JobReceipt> {
    const until = await this.#waitUntilOpen();
    return this.#flowEnqueuer.enqueue(ask, until);
  }

  /** See {@link JobSubmitter.publish}. */
  async publish(topic: string, message: unknown, origin: JobOrigin): Promise<Publication> {
    const until = await this.#waitUntilOpen();
    return this.#jobEnqueuer.publish({ topic, message, origin }, until);
  }

  /**
   * A job by its id, which may be anybody's text. Whether whoever asks may know of it is to be decided by its `owner`.
   *
   * @returns `undefined` when there is none, or none any more
   * @throws {BusError} `STORE_UNAVAILABLE`
   */
  async find(id: string): Promise<JobView | undefined> {
    if (!this.hasStore || !isJobId(id)) return undefined;
    const until = await this.#waitUntilOpen();
    const found = await this.#store.find(id, until);
    return found && toJobView(found.job, found.state);
  }

  /** The first step of an orderly end: no more jobs are taken. They can still be made. */
  async pause(): Promise<void> {
    await this.#jobRunner?.pause();
  }

  /** The second: jobs that run have so long to end; the others go back to where they were, without having lost an attempt. */
  async finish(graceMs: number): Promise<void> {
    await this.#jobRunner?.finish(graceMs);
  }

  /** The last: the store is closed. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#jobRunner?.close();
    await this.#store.close();
  }

  /** @returns when the call that follows is given up: what was waited for a store that exists is part of its second */
  async #waitUntilOpen(): Promise<number> {
    const until = computeCallDeadlineMs();
    const wasMade = this.#isStoreCreated;
    await waitWithTimeout(wasMade ? CALL_TIMEOUT_MS : CREATE_TIMEOUT_MS, this.#open()).catch((cause: unknown) => {
      throw cause instanceof BusError ? cause : createFailure('STORE_UNAVAILABLE', { cause });
    });
    return wasMade ? until : computeCallDeadlineMs();
  }

  /**
   * Goes on without an embedded store that cannot be opened, because its disk is full or does not work: until it can, jobs are 503.
   *
   * @throws {JobStoreError} when another process holds it
   */
  #handleOpenFailure(err: unknown): void {
    if (err instanceof JobStoreError) throw err;
    const file = err instanceof StoreFileError ? err.file : this.#options.directory;
    this.#options.logger.error({ file, err }, 'the job store cannot be opened; until it can, jobs are refused');
    void this.#retryOpening();
  }

  async #retryOpening(): Promise<void> {
    const { first, longest } = REOPEN_DELAY_MS;
    const { signal } = this.#closing;
    for (let waitMs = first; !signal.aborted; waitMs = Math.min(waitMs * 2, longest)) {
      await pause(waitMs, undefined, { ref: false, signal }).catch(() => undefined);
      const isOpen = await this.#open().then(
        () => true,
        () => signal.aborted,
      );
      if (isOpen) return;
    }
  }

  /** Opens the store and begins to run what is in it, once. */
  #open(): Promise<void> {
    if (this.#opening) return this.#opening;
    const working = this.#store.open().then((backend) => {
      this.#isStoreCreated = true;
      void this.#clockSkewMonitor.run(this.#closing.signal);
      return this.#jobRunner?.start(backend);
    });
    this.#opening = working;
    // The next one to ask tries again.
    working.catch(() => (this.#opening = undefined));
    return working;
  }
}
