import { setTimeout as pause } from 'node:timers/promises';
import { failureOf } from '@trunkline/failures';
import type { Footprint } from '@trunkline/service';
import type { AdvancedOptions, FlowJob, Job, QueueOptions } from 'bullmq';
import { giveUpAt } from './backend/call-limit';
import type * as Backends from './backend/open-backend';
import type { JobBackend, JobFlows, JobQueue } from './backend/job-backend';
import type { JobOptions } from './configuration/job-options';
import { isJobId, laneOfId } from './lane/lanes';
import { type JobDraft, queueOptionsOf } from './job/job-draft';

/** What a store of jobs is made of. */
export interface JobStoreOptions {
  /** Name of the bus: hosts of one name share their jobs. */
  readonly bus: string;
  readonly jobs: JobOptions;
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
const CLOSING_LIMIT_MS = 4_000;

/** What a call that adds jobs may take, and on whose behalf it is made. */
export interface StoreTurn {
  /** When it is aborted, by `performance.now()`. */
  readonly until: number;
  /** Where it is noted that the store has begun to be written to: from then on it may carry out what nobody waits for. */
  readonly footprint?: Footprint | undefined;
}

/** A job that another one waits for. */
export interface BranchJob {
  readonly draft: JobDraft;
  /** Can the one that waits do without it? */
  readonly need: 'required' | 'optional';
}

/** The shared lane is there without being written down. */
const SHARED_LANE = '';

/**
 * The store of jobs, opened when it is first asked for: a bus without jobs loads neither BullMQ nor a database.
 *
 * It writes down which lanes there are, since no store can be asked, and jobs must not be forgotten when a lane is no longer in
 * the configuration.
 */
export class JobStore {
  readonly #options: JobStoreOptions;
  readonly #queues = new Map<string, JobQueue>();
  readonly #writtenLanes = new Set([SHARED_LANE]);
  #backend: Promise<JobBackend> | undefined;
  #flows: JobFlows | undefined;
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
    if (this.#closing.signal.aborted) return Promise.reject(failureOf('SHUTTING_DOWN'));
    if (!this.#backend) {
      // BullMQ and the stores below it are loaded by the first who needs them.
      // oxlint-disable-next-line typescript/no-require-imports -- see above
      const { openBackend }: typeof Backends = require('./backend/open-backend');
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
  async add(draft: JobDraft, turn: StoreTurn = { until: giveUpAt() }): Promise<string> {
    const { lane, data } = draft;
    if (!this.#writtenLanes.has(lane)) await this.#writeDown(lane, turn.until);
    const options = queueOptionsOf(draft, this.#options.jobs);
    const job = await this.#adding((backend) => this.queue(backend, lane).add(data.service, data, options), turn);
    return job.id ?? draft.id;
  }

  /** Makes jobs that have nothing to do with each other; all of them, or none. Those whose id there is already are left alone. */
  async addTogether(drafts: readonly JobDraft[], turn: StoreTurn): Promise<void> {
    await this.#writeDownAll(drafts, turn.until);
    const nodes = drafts.map((draft) => this.#node(draft));
    await this.#adding((backend) => this.#producer(backend).addBulk(nodes), turn);
  }

  /** Makes a job that waits for others, and these; all of them, or none. */
  async addFlow(last: JobDraft, branches: readonly BranchJob[], turn: StoreTurn): Promise<void> {
    await this.#writeDownAll([last, ...branches.map(({ draft }) => draft)], turn.until);
    const children = branches.map(({ draft, need }) => this.#node(draft, need));
    await this.#adding((backend) => this.#producer(backend).add({ ...this.#node(last), children }), turn);
  }

  /** Makes one more branch of a job that has failed, and is to wait for it when it is retried. */
  async addBranch({ draft, need }: BranchJob, { id, queueQualifiedName }: StoredJob): Promise<void> {
    await this.#writeDownAll([draft]);
    const { name, data, opts } = this.#node(draft, need);
    const parent = { id: id ?? '', queue: queueQualifiedName };
    await this.call((backend) => this.queue(backend, draft.lane).add(name, data, { ...opts, parent }));
  }

  /**
   * A job by its id, which may be anybody's text, and its state. The state is asked first: of a job that has ended meanwhile, more may be known than it says, never less.
   */
  async find(id: string, until = giveUpAt()): Promise<FoundJob | undefined> {
    const lane = laneOfId(id);
    if (!isJobId(id) || !(await this.#hasLane(lane, until))) return undefined;
    return this.call(async (backend) => {
      const queue = this.queue(backend, lane);
      const state = await queue.getJobState(id);
      const job = await queue.getJob(id);
      return job && { job, state };
    }, until);
  }

  /** Names of all lanes that have ever been written down and not been struck off, the shared one first. */
  async lanes(until?: number): Promise<readonly string[]> {
    const written = await this.call((backend) => this.#registry(backend).getWaiting(), until);
    const names = written.flatMap(({ id }) => id ?? []);
    for (const name of names) this.#writtenLanes.add(name);
    return [SHARED_LANE, ...names];
  }

  /** Strikes off a lane that nobody uses any more. */
  async strikeOff(lane: string): Promise<void> {
    await this.call((backend) => this.#registry(backend).remove(lane));
    this.#writtenLanes.delete(lane);
  }

  /** The queue of a lane. Calls of it belong into {@link call}. */
  queue(backend: JobBackend, lane: string): JobQueue {
    return this.#queue(backend, this.nameOfQueue(lane));
  }

  /** The queue of the ticks of schedules. @param settings - how the next tick is found */
  ticks(backend: JobBackend, settings: AdvancedOptions): JobQueue {
    return this.#queue(backend, this.nameOfTicks, { settings });
  }

  /** What BullMQ calls the queue of a lane. */
  nameOfQueue(lane: string): string {
    return [this.#options.bus, 'jobs', ...(lane === SHARED_LANE ? [] : [lane])].join('.');
  }

  /** What BullMQ calls the queue of the ticks of schedules. */
  get nameOfTicks(): string {
    return `${this.#options.bus}.ticks`;
  }

  /** Closes the connections, and aborts an opening under way. Jobs that still run are abandoned. */
  async close(): Promise<void> {
    this.#closing.abort();
    const closing = this.#backend?.then((backend) => backend.close()).catch(() => undefined);
    await Promise.race([closing, pause(CLOSING_LIMIT_MS, undefined, { ref: false })]);
  }

  /** As {@link call}, for work that adds jobs: they outlive the store's own death when it resolves. */
  async #adding<T>(work: (backend: JobBackend) => Promise<T>, { until, footprint }: StoreTurn): Promise<T> {
    const backend = await this.open();
    return backend.add(() => {
      if (footprint) footprint.wasSent = true;
      return work(backend);
    }, until);
  }

  async #hasLane(lane: string, until: number): Promise<boolean> {
    return this.#writtenLanes.has(lane) || (await this.lanes(until)).includes(lane);
  }

  async #writeDownAll(drafts: readonly JobDraft[], until = giveUpAt()): Promise<void> {
    for (const lane of new Set(drafts.map(({ lane: name }) => name))) {
      if (!this.#writtenLanes.has(lane)) await this.#writeDown(lane, until);
    }
  }

  async #writeDown(lane: string, until: number): Promise<void> {
    await this.call((backend) => this.#registry(backend).add('lane', {}, { jobId: lane }), until);
    this.#writtenLanes.add(lane);
  }

  /** @param need - of a branch: the job that waits for it is run at once when one that it needs has failed */
  #node(draft: JobDraft, need?: BranchJob['need']): FlowJob {
    const { data, lane } = draft;
    const opts = {
      ...queueOptionsOf(draft, this.#options.jobs),
      ...(need && { continueParentOnFailure: need === 'required', ignoreDependencyOnFailure: need === 'optional' }),
    };
    return { name: data.service, queueName: this.nameOfQueue(lane), data, opts };
  }

  #producer(backend: JobBackend): JobFlows {
    return (this.#flows ??= backend.flows());
  }

  #registry(backend: JobBackend): JobQueue {
    return this.#queue(backend, `${this.#options.bus}.lanes`);
  }

  #queue(backend: JobBackend, name: string, options?: Pick<QueueOptions, 'settings'>): JobQueue {
    const made = this.#queues.get(name) ?? backend.queue(name, options);
    this.#queues.set(name, made);
    return made;
  }
}
