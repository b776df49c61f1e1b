import { setTimeout as pause } from 'node:timers/promises';
import { createFailure } from '@trunkline/failures';
import type { SideEffects } from '@trunkline/service';
import type { AdvancedOptions, FlowJob, Job, QueueOptions } from 'bullmq';
import { computeCallDeadlineMs } from '../backend/call-timeout';
import type * as Backends from '../backend/open-backend';
import type { JobBackend, JobFlowProducer, JobQueue } from '../backend/job-backend';
import type { JobsConfig } from '../configuration/jobs-config';
import { isJobId, parseQueueName } from './job-id';
import { type NewJob, toBullJobOptions } from './new-job';

/** Configuration of a {@link JobStore}. */
export interface JobStoreOptions {
  /** Name of the bus. Hosts with the same name share their jobs. */
  readonly bus: string;
  readonly config: JobsConfig;
  readonly backend: Backends.BackendOptions;
}

/** A job as BullMQ returns it. */
export type StoredJob = Job<unknown, unknown>;

/** A job and its BullMQ state. */
export interface FoundJob {
  readonly job: StoredJob;
  readonly state: string;
}

/** Longer than the time limits of the store's own calls. */
const CLOSE_TIMEOUT_MS = 4_000;

/** Time limit of a call that adds jobs, and the invocation it is made for. */
export interface AddOptions {
  /** When the call is aborted, by `performance.now()`. */
  readonly deadlineMs: number;
  /** Its `wasSent` is set before the store is written to: a call that times out may still be carried out. */
  readonly sideEffects?: SideEffects | undefined;
}

/** A branch of a durable composite, to be added to the store. */
export interface NewBranch {
  readonly job: NewJob;
  /** Whether the composite fails if the branch fails. */
  readonly need: 'required' | 'optional';
}

/** The shared queue always exists and is not registered. */
const SHARED_QUEUE = '';

/**
 * The store of jobs, opened by its first call: a bus without jobs loads neither BullMQ nor a database.
 *
 * It registers the names of queues, since BullMQ cannot list them, and jobs of a queue that is no longer in the configuration must
 * still run.
 */
export class JobStore {
  readonly #options: JobStoreOptions;
  readonly #queues = new Map<string, JobQueue>();
  readonly #registeredQueues = new Set([SHARED_QUEUE]);
  #backend: Promise<JobBackend> | undefined;
  #flowProducer: JobFlowProducer | undefined;
  readonly #closing = new AbortController();

  constructor(options: JobStoreOptions) {
    this.#options = options;
  }

  /**
   * Opens the store. A server that is unavailable does not stop it: calls are `STORE_UNAVAILABLE` until it is available.
   *
   * @throws {JobStoreError} when the store cannot be used as configured, would lose jobs, or is held by another process
   */
  open(): Promise<JobBackend> {
    if (this.#closing.signal.aborted) return Promise.reject(createFailure('SHUTTING_DOWN'));
    if (!this.#backend) {
      // Loads BullMQ and the database drivers.
      // oxlint-disable-next-line typescript/no-require-imports -- see above
      const { openBackend }: typeof Backends = require('../backend/open-backend');
      const opening = openBackend({ ...this.#options.backend, signal: this.#closing.signal });
      this.#backend = opening;
      // The next call tries again.
      opening.catch(() => (this.#backend = undefined));
    }
    return this.#backend;
  }

  /**
   * Makes one call to the store, which may take a second.
   *
   * @param deadlineMs - when the call is aborted, by `performance.now()`
   * @throws {BusError} `STORE_UNAVAILABLE` when the store does not respond
   * @throws {JobStoreError} when it cannot be opened
   */
  async call<T>(work: (backend: JobBackend) => Promise<T>, deadlineMs?: number): Promise<T> {
    const backend = await this.open();
    return backend.call(() => work(backend), deadlineMs);
  }

  /**
   * Adds a job, unless the store has one with its id.
   *
   * @returns its id, or the id of the unfinished job with the same deduplication id
   */
  async add(newJob: NewJob, options: AddOptions = { deadlineMs: computeCallDeadlineMs() }): Promise<string> {
    const { queue, data } = newJob;
    if (!this.#registeredQueues.has(queue)) await this.#registerQueue(queue, options.deadlineMs);
    const bullOptions = toBullJobOptions(newJob, this.#options.config);
    const job = await this.#callDurably(
      (backend) => this.openQueue(backend, queue).add(data.service, data, bullOptions),
      options,
    );
    return job.id ?? newJob.id;
  }

  /** Adds independent jobs atomically. Jobs whose id exists already are not changed. */
  async addBulk(jobs: readonly NewJob[], options: AddOptions): Promise<void> {
    await this.#registerQueues(jobs, options.deadlineMs);
    const nodes = jobs.map((job) => this.#createFlowNode(job));
    await this.#callDurably((backend) => this.#getFlowProducer(backend).addBulk(nodes), options);
  }

  /** Adds a job and the branches it waits for, atomically. */
  async addFlow(last: NewJob, branches: readonly NewBranch[], options: AddOptions): Promise<void> {
    await this.#registerQueues([last, ...branches.map(({ job }) => job)], options.deadlineMs);
    const children = branches.map(({ job, need }) => this.#createFlowNode(job, need));
    await this.#callDurably(
      (backend) => this.#getFlowProducer(backend).add({ ...this.#createFlowNode(last), children }),
      options,
    );
  }

  /** Adds a branch to a failed job, which waits for it once it is retried. */
  async addBranch({ job, need }: NewBranch, { id, queueQualifiedName }: StoredJob): Promise<void> {
    await this.#registerQueues([job]);
    const { name, data, opts } = this.#createFlowNode(job, need);
    const parent = { id: id ?? '', queue: queueQualifiedName };
    await this.call((backend) => this.openQueue(backend, job.queue).add(name, data, { ...opts, parent }));
  }

  /**
   * Finds a job by its id, which may be any text. The state is read first, so that the job may be newer than its
   * state, but never older.
   */
  async find(id: string, deadlineMs = computeCallDeadlineMs()): Promise<FoundJob | undefined> {
    const queueName = parseQueueName(id);
    if (!isJobId(id) || !(await this.#isRegistered(queueName, deadlineMs))) return undefined;
    return this.call(async (backend) => {
      const queue = this.openQueue(backend, queueName);
      const state = await queue.getJobState(id);
      const job = await queue.getJob(id);
      return job && { job, state };
    }, deadlineMs);
  }

  /** Names of the shared queue and of all registered queues. */
  async listQueues(deadlineMs?: number): Promise<readonly string[]> {
    const registered = await this.call((backend) => this.#openQueueRegistry(backend).getWaiting(), deadlineMs);
    const names = registered.flatMap(({ id }) => id ?? []);
    for (const name of names) this.#registeredQueues.add(name);
    return [SHARED_QUEUE, ...names];
  }

  /** Unregisters an empty queue that is no longer in the configuration. */
  async unregisterQueue(name: string): Promise<void> {
    await this.call((backend) => this.#openQueueRegistry(backend).remove(name));
    this.#registeredQueues.delete(name);
  }

  /** Opens a queue. Its calls are made within {@link call}. */
  openQueue(backend: JobBackend, name: string): JobQueue {
    return this.#getOrCreateQueue(backend, this.toBullQueueName(name));
  }

  /** Opens the queue of schedule ticks. @param settings - how the next tick is computed */
  openTickQueue(backend: JobBackend, settings: AdvancedOptions): JobQueue {
    return this.#getOrCreateQueue(backend, this.tickQueueName, { settings });
  }

  /** Converts the name of a queue to its name in BullMQ. */
  toBullQueueName(name: string): string {
    return [this.#options.bus, 'jobs', ...(name === SHARED_QUEUE ? [] : [name])].join('.');
  }

  /** Name of the queue of schedule ticks in BullMQ. */
  get tickQueueName(): string {
    return `${this.#options.bus}.ticks`;
  }

  /** Closes the connections, and aborts an opening in progress. */
  async close(): Promise<void> {
    this.#closing.abort();
    const closing = this.#backend?.then((backend) => backend.close()).catch(() => undefined);
    await Promise.race([closing, pause(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
  }

  /** Makes one call that adds jobs. When it resolves, they survive a crash of the store. */
  async #callDurably<T>(
    work: (backend: JobBackend) => Promise<T>,
    { deadlineMs, sideEffects }: AddOptions,
  ): Promise<T> {
    const backend = await this.open();
    return backend.callDurably(() => {
      if (sideEffects) sideEffects.wasSent = true;
      return work(backend);
    }, deadlineMs);
  }

  async #isRegistered(name: string, deadlineMs: number): Promise<boolean> {
    return this.#registeredQueues.has(name) || (await this.listQueues(deadlineMs)).includes(name);
  }

  async #registerQueues(jobs: readonly NewJob[], deadlineMs = computeCallDeadlineMs()): Promise<void> {
    for (const name of new Set(jobs.map(({ queue }) => queue))) {
      if (!this.#registeredQueues.has(name)) await this.#registerQueue(name, deadlineMs);
    }
  }

  async #registerQueue(name: string, deadlineMs: number): Promise<void> {
    await this.call((backend) => this.#openQueueRegistry(backend).add('lane', {}, { jobId: name }), deadlineMs);
    this.#registeredQueues.add(name);
  }

  /** @param need - for a branch: if a required one fails, the job that waits runs at once */
  #createFlowNode(job: NewJob, need?: NewBranch['need']): FlowJob {
    const { data, queue } = job;
    const opts = {
      ...toBullJobOptions(job, this.#options.config),
      ...(need && { continueParentOnFailure: need === 'required', ignoreDependencyOnFailure: need === 'optional' }),
    };
    return { name: data.service, queueName: this.toBullQueueName(queue), data, opts };
  }

  #getFlowProducer(backend: JobBackend): JobFlowProducer {
    return (this.#flowProducer ??= backend.createFlowProducer());
  }

  /** The queue whose jobs are the names of queues. Existing stores contain its name and that of its jobs. */
  #openQueueRegistry(backend: JobBackend): JobQueue {
    return this.#getOrCreateQueue(backend, `${this.#options.bus}.lanes`);
  }

  #getOrCreateQueue(backend: JobBackend, name: string, options?: Pick<QueueOptions, 'settings'>): JobQueue {
    const queue = this.#queues.get(name) ?? backend.createQueue(name, options);
    this.#queues.set(name, queue);
    return queue;
  }
}
