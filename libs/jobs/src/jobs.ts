import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { BusError, failureOf } from '@trunkline/failures';
import type {
  FlowAsk,
  Invoker,
  JobAsk,
  JobDesk,
  JobOrigin,
  JobReceipt,
  Publication,
  ServiceRegistry,
} from '@trunkline/service';
import type { Logger } from '@trunkline/telemetry';
import { CALL_LIMIT_MS, giveUpAt } from './backend/call-limit';
import { StoreFileError } from './backend/embedded/store-file-error';
import { JobStoreError } from './backend/job-store-error';
import { within } from './backend/within';
import { ClockSkew } from './clock-skew';
import type { JobOptions } from './configuration/job-options';
import type { ScheduleConfig } from './configuration/schedule-section';
import type { SubscriberConfig } from './configuration/topics-section';
import { DeadLetters } from './dead-letter/dead-letters';
import { FlowIntake } from './flow/flow-intake';
import { JobDrafts } from './job/job-drafts';
import { type JobView, viewOf } from './job/job-view';
import { JobHost } from './job-host';
import { JobIntake } from './job-intake';
import { JobStore } from './job-store';
import { isJobId, Lanes } from './lane/lanes';
import { Schedules } from './schedule/schedules';

/** What the jobs of a bus are made of. */
export interface JobsOptions {
  /** Name of the bus: hosts of one name share their jobs. */
  readonly bus: string;
  /** `bus.jobs` */
  readonly jobs: JobOptions;
  /** Absolute. */
  readonly directory: string;
  /** The section `schedule:` */
  readonly schedules: Readonly<Record<string, ScheduleConfig>>;
  /** The section `topics:` */
  readonly topics: Readonly<Record<string, { readonly subscribers: readonly SubscriberConfig[] }>>;
  readonly registry: ServiceRegistry;
  readonly logger: Logger;
  /** The configuration has what makes jobs, so that an embedded store is prepared at start. Default false: by the first job. */
  readonly isExpected?: boolean;
  /** Work on an embedded store that another process of this machine holds: for commands beside a bus. Default false. */
  readonly join?: boolean;
}

/** What a start waits for an embedded store that exists: opening it takes half a second. */
const OPENED_WITHIN_MS = 10_000;
/** What a start waits for an embedded store that is being made: a directory that another process holds is known by then. */
const HELD_WITHIN_MS = 250;
/** What a job waits for a store that is being made, which takes a second, and several on a busy machine. */
const MADE_WITHIN_MS = 15_000;
/** When a store that could not be opened at start is tried again: soon, and less and less often. */
const OPEN_AGAIN_AFTER_MS = { first: 1_000, longest: 60_000 };

/** The work that a host does: what clients ask for, what jobs ask for, or both. */
export type Role = 'http' | 'worker' | 'all';

/**
 * The jobs of a bus: services are invoked later, and again when they fail. Work that is accepted is in the store before anybody is
 * told; a host that dies loses none of it.
 *
 * The store is opened at start if there may be something in it to do, else with the first job.
 */
export class Jobs implements JobDesk {
  readonly deadLetters: DeadLetters;
  readonly schedules: Schedules;
  readonly #options: JobsOptions;
  readonly #store: JobStore;
  readonly #lanes: Lanes;
  readonly #intake: JobIntake;
  readonly #flows: FlowIntake;
  #host: JobHost | undefined;
  #working: Promise<void> | undefined;
  /** The store exists, so that a job waits for it as long as for any call. */
  #isMade = false;
  readonly #closing = new AbortController();
  readonly #skew: ClockSkew;

  constructor(options: JobsOptions) {
    const { bus, jobs, topics, registry, logger, schedules, directory, join = false } = options;
    const { backend, prefix, schema, durability, tls } = jobs;
    this.#options = options;
    this.#lanes = new Lanes(jobs, topics);
    this.#store = new JobStore({
      bus,
      jobs,
      backend: { backend, directory, prefix, schema, durability, tls, logger, join },
    });
    const parts = { store: this.#store, lanes: this.#lanes, drafts: new JobDrafts(jobs), registry };
    this.#intake = new JobIntake({ ...parts, topics });
    this.#flows = new FlowIntake(parts);
    this.schedules = new Schedules({ store: this.#store, intake: this.#intake, logger, schedules, lockMs: jobs.lock });
    this.deadLetters = new DeadLetters(this.#store);
    this.#skew = new ClockSkew({ store: this.#store, logger });
  }

  /** Is there a store already, or one that others keep? Jobs of an earlier run may be in it. */
  get isStored(): boolean {
    return this.#options.jobs.backend !== 'embedded' || existsSync(this.#options.directory);
  }

  /**
   * Lets this host do its part: jobs are run from now on, or from the first one on where there can be none yet.
   *
   * @throws {JobStoreError} when the store cannot be used as it is set up. One that is away does not stop a start
   */
  async start(invoker: Invoker, role: Role): Promise<void> {
    const { logger, schedules, jobs, isExpected = false } = this.#options;
    if (role !== 'http') {
      const parts = { store: this.#store, lanes: this.#lanes, schedules: this.schedules };
      this.#host = new JobHost({ ...parts, invoker, jobs, logger });
    }
    const isThere = this.isStored;
    if (!isThere && !isExpected && Object.keys(schedules).length === 0) return;
    this.#isMade = isThere;
    const working = this.#work();
    if (jobs.backend !== 'embedded') return working;
    // A directory that another process holds is known at once; a database that is being made holds up nobody who needs none.
    const limitMs = isThere ? OPENED_WITHIN_MS : HELD_WITHIN_MS;
    const opening = working.catch((err: unknown) => this.#openLater(err));
    const isKnown = await Promise.race([opening.then(() => true), pause(limitMs, false, { ref: false })]);
    if (!isKnown) opening.catch((err: unknown) => logger.error({ err }, 'the job store could not be opened'));
  }

  /** See {@link JobDesk.enqueue}. */
  async enqueue(ask: JobAsk): Promise<JobReceipt> {
    const until = await this.#accept();
    return this.#intake.enqueue(ask, until);
  }

  /** See {@link JobDesk.compose}. */
  async compose(ask: FlowAsk): Promise<JobReceipt> {
    const until = await this.#accept();
    return this.#flows.compose(ask, until);
  }

  /** See {@link JobDesk.publish}. */
  async publish(topic: string, message: unknown, origin: JobOrigin): Promise<Publication> {
    const until = await this.#accept();
    return this.#intake.publish({ topic, message, origin }, until);
  }

  /**
   * A job by its id, which may be anybody's text. Whether whoever asks may know of it is to be decided by its `owner`.
   *
   * @returns `undefined` when there is none, or none any more
   * @throws {BusError} `STORE_UNAVAILABLE`
   */
  async find(id: string): Promise<JobView | undefined> {
    if (!this.isStored || !isJobId(id)) return undefined;
    const until = await this.#accept();
    const found = await this.#store.find(id, until);
    return found && viewOf(found.job, found.state);
  }

  /** The first step of an orderly end: no more jobs are taken. They can still be made. */
  async stopTaking(): Promise<void> {
    await this.#host?.stopTaking();
  }

  /** The second: jobs that run have so long to end; the others go back to where they were, without having lost an attempt. */
  async finish(graceMs: number): Promise<void> {
    await this.#host?.finish(graceMs);
  }

  /** The last: the store is closed. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#host?.close();
    await this.#store.close();
  }

  /** @returns when the call that follows is given up: what was waited for a store that exists is part of its second */
  async #accept(): Promise<number> {
    const until = giveUpAt();
    const wasMade = this.#isMade;
    await within(wasMade ? CALL_LIMIT_MS : MADE_WITHIN_MS, this.#work()).catch((cause: unknown) => {
      throw cause instanceof BusError ? cause : failureOf('STORE_UNAVAILABLE', { cause });
    });
    return wasMade ? until : giveUpAt();
  }

  /**
   * Goes on without an embedded store that cannot be opened, because its disk is full or does not work: until it can, jobs are 503.
   *
   * @throws {JobStoreError} when another process holds it
   */
  #openLater(err: unknown): void {
    if (err instanceof JobStoreError) throw err;
    const file = err instanceof StoreFileError ? err.file : this.#options.directory;
    this.#options.logger.error({ file, err }, 'the job store cannot be opened; until it can, jobs are refused');
    void this.#openAgain();
  }

  async #openAgain(): Promise<void> {
    const { first, longest } = OPEN_AGAIN_AFTER_MS;
    const { signal } = this.#closing;
    for (let waitMs = first; !signal.aborted; waitMs = Math.min(waitMs * 2, longest)) {
      await pause(waitMs, undefined, { ref: false, signal }).catch(() => undefined);
      const isOpen = await this.#work().then(
        () => true,
        () => signal.aborted,
      );
      if (isOpen) return;
    }
  }

  /** Opens the store and begins to run what is in it, once. */
  #work(): Promise<void> {
    if (this.#working) return this.#working;
    const working = this.#store.open().then((backend) => {
      this.#isMade = true;
      void this.#skew.keepUp(this.#closing.signal);
      return this.#host?.start(backend);
    });
    this.#working = working;
    // The next one to ask tries again.
    working.catch(() => (this.#working = undefined));
    return working;
  }
}
