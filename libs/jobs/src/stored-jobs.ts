import type { Invoker } from '@trunkline/service';
import { ClockSkewMonitor } from './clock-skew/clock-skew-monitor';
import { DeadLetters } from './dead-letters/dead-letters';
import { FlowEnqueuer } from './flows/flow-enqueuer';
import type { JobsOptions } from './jobs-options';
import type { JobStore } from './queues/job-store';
import { type JobView, toJobView } from './queues/job-view';
import { QueueRouter } from './queues/queue-router';
import { JobRunner } from './run/job-runner';
import { Schedules } from './schedules/schedules';
import { JobEnqueuer } from './submit/job-enqueuer';
import { JobFactory } from './submit/job-factory';

/** What `Jobs` does with its store once it is open. */
export class StoredJobs {
  readonly jobEnqueuer: JobEnqueuer;
  readonly flowEnqueuer: FlowEnqueuer;
  readonly deadLetters: DeadLetters;
  readonly schedules: Schedules;
  readonly clockSkewMonitor: ClockSkewMonitor;
  readonly #options: JobsOptions;
  readonly #store: JobStore;
  readonly #queueRouter: QueueRouter;

  constructor(options: JobsOptions, store: JobStore) {
    const { config, topics, registry, logger, schedules } = options;
    this.#options = options;
    this.#store = store;
    this.#queueRouter = new QueueRouter(config, topics);
    const parts = { store, queueRouter: this.#queueRouter, jobFactory: new JobFactory(config), registry };
    this.jobEnqueuer = new JobEnqueuer({ ...parts, topics });
    this.flowEnqueuer = new FlowEnqueuer(parts);
    this.schedules = new Schedules({ store, jobEnqueuer: this.jobEnqueuer, logger, schedules, lockMs: config.lock });
    this.deadLetters = new DeadLetters(store);
    this.clockSkewMonitor = new ClockSkewMonitor({ store, logger });
  }

  /** Creates the runner of the jobs of this host. */
  createRunner(invoker: Invoker): JobRunner {
    const { config, logger } = this.#options;
    const parts = { store: this.#store, queueRouter: this.#queueRouter, schedules: this.schedules };
    return new JobRunner({ ...parts, invoker, config, logger });
  }

  /**
   * Finds a job by its id.
   *
   * @param deadlineMs - when the call is aborted, by `performance.now()`
   * @returns `undefined` when there is no such job, or it is no longer kept
   * @throws {BusError} `STORE_UNAVAILABLE`
   */
  async find(id: string, deadlineMs: number): Promise<JobView | undefined> {
    const found = await this.#store.find(id, deadlineMs);
    return found && toJobView(found.job, found.state);
  }
}
