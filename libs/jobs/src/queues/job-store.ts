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

/** What a store of jobs is made of. */
export interface JobStoreOptions {
  /** Name of the bus: hosts of one name share their jobs. */
  readonly bus: string;
  readonly config: JobsConfig;
  readonly backend: Backends.BackendOptions;
}

/** A job as BullMQ has it. */
export type StoredJob = Job<unknown, unknown>;

/** A job that has been looked for, and its state. */
export interface FoundJob {
  readonly job: StoredJob;
  readonly state: string;
}

/** The store's own limits end before. */
const CLOSE_TIMEOUT_MS = 4_000;

/** What a call that adds jobs may take, and on whose behalf it is made. */
export interface AddOptions {
  /** When it is aborted, by `performance.now()`. */
  readonly deadlineMs: number;
  /** Where it is noted that the store has begun to be written to: from then on it may carry out what nobody waits for. */
  readonly sideEffects?: SideEffects | undefined;
}

/** A job that another one waits for. */
export interface NewBranch {
  readonly job: NewJob;
  /** Can the one that waits do without it? */
  readonly need: 'required' | 'optional';
}

/** The shared lane is there without being written down. */
const SHARED_QUEUE = '';

/**
 * The store of jobs, opened when it is first asked for: a bus without jobs loads neither BullMQ nor a database.
 *
 * It writes down which lanes there are, since no store can be asked, and jobs must not be forgotten when a lane is no longer in
 * the configuration.
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
   * Opens the store. One that is away is open, too: calls of it are `STORE_UNAVAILABLE`.
   *
   * @throws {JobStoreError} when it is not one, would lose jobs, or is held by another process
   */
  open(): Promise<JobBackend> {
    if (this.#closing.signal.aborted) return Promise.reject(createFailure('SHUTTING_DOWN'));
    if (!this.#backend) {
      // BullMQ and the stores below it are loaded by the first who needs them.
      // oxlint-disable-next-line typescript/no-require-imports -- see above
      const { openBackend }: typeof Backends = require('../backend/open-backend');
      const opening = openBackend({ ...this.#options.backend, signal: this.#closing.signal });
      this.#backend = opening;
      // The next one to ask tries again.
      opening.catch(() => (this.#backend = undefined));
    }
    return this.#backend;
  }

  /**
   * Makes one call to the store, which has a second.
   *
   * @param until - when it is given up, by `performance.now()`
   * @throws {BusError} `STORE_UNAVAILABLE` when it does not answer
   * @throws {JobStoreError} when it cannot be opened
   */
  async call<T>(work: (backend: JobBackend) => Promise<T>, until?: number): Promise<T> {
    const backend = await this.open();
    return backend.call(() => work(backend), until);
  }

  /**
   * Makes a job, unless there is one of its id.
   *
   * @returns its id, or that of the job it would be a duplicate of
   */
  async add(draft: NewJob, turn: AddOptions = { deadlineMs: computeCallDeadlineMs() }): Promise<string> {
    const { queue, data } = draft;
    if (!this.#registeredQueues.has(queue)) await this.#registerQueue(queue, turn.deadlineMs);
    const options = toBullJobOptions(draft, this.#options.config);
    const job = await this.#callDurably(
      (backend) => this.openQueue(backend, queue).add(data.service, data, options),
      turn,
    );
    return job.id ?? draft.id;
  }

  /** Makes jobs that have nothing to do with each other; all of them, or none. Those whose id there is already are left alone. */
  async addBulk(drafts: readonly NewJob[], turn: AddOptions): Promise<void> {
    await this.#registerQueues(drafts, turn.deadlineMs);
    const nodes = drafts.map((draft) => this.#createFlowNode(draft));
    await this.#callDurably((backend) => this.#getFlowProducer(backend).addBulk(nodes), turn);
  }

  /** Makes a job that waits for others, and these; all of them, or none. */
  async addFlow(last: NewJob, branches: readonly NewBranch[], turn: AddOptions): Promise<void> {
    await this.#registerQueues([last, ...branches.map(({ job }) => job)], turn.deadlineMs);
    const children = branches.map(({ job: draft, need }) => this.#createFlowNode(draft, need));
    await this.#callDurably(
      (backend) => this.#getFlowProducer(backend).add({ ...this.#createFlowNode(last), children }),
      turn,
    );
  }

  /** Makes one more branch of a job that has failed, and is to wait for it when it is retried. */
  async addBranch({ job, need }: NewBranch, { id, queueQualifiedName }: StoredJob): Promise<void> {
    await this.#registerQueues([job]);
    const { name, data, opts } = this.#createFlowNode(job, need);
    const parent = { id: id ?? '', queue: queueQualifiedName };
    await this.call((backend) => this.openQueue(backend, job.queue).add(name, data, { ...opts, parent }));
  }

  /**
   * A job by its id, which may be anybody's text, and its state. The state is asked first: of a job that has ended meanwhile, more may be known than it says, never less.
   */
  async find(id: string, until = computeCallDeadlineMs()): Promise<FoundJob | undefined> {
    const lane = parseQueueName(id);
    if (!isJobId(id) || !(await this.#isRegistered(lane, until))) return undefined;
    return this.call(async (backend) => {
      const queue = this.openQueue(backend, lane);
      const state = await queue.getJobState(id);
      const job = await queue.getJob(id);
      return job && { job, state };
    }, until);
  }

  /** Names of all lanes that have ever been written down and not been struck off, the shared one first. */
  async listQueues(until?: number): Promise<readonly string[]> {
    const written = await this.call((backend) => this.#openQueueRegistry(backend).getWaiting(), until);
    const names = written.flatMap(({ id }) => id ?? []);
    for (const name of names) this.#registeredQueues.add(name);
    return [SHARED_QUEUE, ...names];
  }

  /** Strikes off a lane that nobody uses any more. */
  async unregisterQueue(lane: string): Promise<void> {
    await this.call((backend) => this.#openQueueRegistry(backend).remove(lane));
    this.#registeredQueues.delete(lane);
  }

  /** The queue of a lane. Calls of it belong into {@link call}. */
  openQueue(backend: JobBackend, lane: string): JobQueue {
    return this.#getOrCreateQueue(backend, this.toBullQueueName(lane));
  }

  /** The queue of the ticks of schedules. @param settings - how the next tick is found */
  openTickQueue(backend: JobBackend, settings: AdvancedOptions): JobQueue {
    return this.#getOrCreateQueue(backend, this.tickQueueName, { settings });
  }

  /** What BullMQ calls the queue of a lane. */
  toBullQueueName(lane: string): string {
    return [this.#options.bus, 'jobs', ...(lane === SHARED_QUEUE ? [] : [lane])].join('.');
  }

  /** What BullMQ calls the queue of the ticks of schedules. */
  get tickQueueName(): string {
    return `${this.#options.bus}.ticks`;
  }

  /** Closes the connections, and aborts an opening under way. Jobs that still run are abandoned. */
  async close(): Promise<void> {
    this.#closing.abort();
    const closing = this.#backend?.then((backend) => backend.close()).catch(() => undefined);
    await Promise.race([closing, pause(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
  }

  /** As {@link call}, for work that adds jobs: they outlive the store's own death when it resolves. */
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

  async #isRegistered(lane: string, until: number): Promise<boolean> {
    return this.#registeredQueues.has(lane) || (await this.listQueues(until)).includes(lane);
  }

  async #registerQueues(drafts: readonly NewJob[], until = computeCallDeadlineMs()): Promise<void> {
    for (const lane of new Set(drafts.map(({ queue: name }) => name))) {
      if (!this.#registeredQueues.has(lane)) await this.#registerQueue(lane, until);
    }
  }

  async #registerQueue(lane: string, until: number): Promise<void> {
    await this.call((backend) => this.#openQueueRegistry(backend).add('lane', {}, { jobId: lane }), until);
    this.#registeredQueues.add(lane);
  }

  /** @param need - of a branch: the job that waits for it is run at once when one that it needs has failed */
  #createFlowNode(draft: NewJob, need?: NewBranch['need']): FlowJob {
    const { data, queue } = draft;
    const opts = {
      ...toBullJobOptions(draft, this.#options.config),
      ...(need && { continueParentOnFailure: need === 'required', ignoreDependencyOnFailure: need === 'optional' }),
    };
    return { name: data.service, queueName: this.toBullQueueName(queue), data, opts };
  }

  #getFlowProducer(backend: JobBackend): JobFlowProducer {
    return (this.#flowProducer ??= backend.createFlowProducer());
  }

  #openQueueRegistry(backend: JobBackend): JobQueue {
    return this.#getOrCreateQueue(backend, `${this.#options.bus}.lanes`);
  }

  #getOrCreateQueue(backend: JobBackend, name: string, options?: Pick<QueueOptions, 'settings'>): JobQueue {
    const made = this.#queues.get(name) ?? backend.createQueue(name, options);
    this.#queues.set(name, made);
    return made;
  }
}
