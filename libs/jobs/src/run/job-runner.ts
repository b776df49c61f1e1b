import { setTimeout as sleep } from 'node:timers/promises';
import type { Invoker } from '@trunkline/service';
import type { Logger } from '@trunkline/telemetry';
import { AttemptRunner } from './attempt-runner';
import type { JobBackend } from '../backend/job-backend';
import type { JobsConfig } from '../configuration/jobs-config';
import type { JobStore } from '../queues/job-store';
import { QueueWorkers } from './queue-workers';
import type { QueueRouter } from '../queues/queue-router';
import { RetentionCleaner } from '../retention/retention-cleaner';
import type { Schedules } from '../schedules/schedules';

/** Collaborators and configuration of a {@link JobRunner}. */
export interface JobRunnerOptions {
  readonly store: JobStore;
  readonly queueRouter: QueueRouter;
  readonly schedules: Schedules;
  readonly invoker: Invoker;
  /** Time limits of locks, of jobs and of unknown services. */
  readonly config: Pick<JobsConfig, 'lock' | 'retention' | 'unknownService'>;
  readonly logger: Logger;
}

const RETRY_INTERVAL_MS = 1_000;

/** Runs jobs and the ticks of schedules in this process. */
export class JobRunner {
  readonly #attemptRunner: AttemptRunner;
  readonly #queueWorkers: QueueWorkers;
  readonly #schedules: Schedules;
  readonly #retentionCleaner: RetentionCleaner;
  readonly #stopping = new AbortController();

  constructor({ store, queueRouter, schedules, invoker, config, logger }: JobRunnerOptions) {
    const lockMs = config.lock;
    this.#attemptRunner = new AttemptRunner({
      invoker,
      store,
      lockMs,
      unknownServiceTimeoutMs: config.unknownService.for,
      logger,
    });
    this.#queueWorkers = new QueueWorkers({
      store,
      queueRouter,
      attemptRunner: this.#attemptRunner,
      lockMs,
      logger,
    });
    this.#schedules = schedules;
    this.#retentionCleaner = new RetentionCleaner(store, config.retention);
  }

  /** Starts running jobs. If the store is unavailable, queues and schedules are synchronized with it later. */
  async start(backend: JobBackend): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    this.#queueWorkers.start(backend);
    if (this.#schedules.hasSchedules) this.#queueWorkers.addWorker(this.#schedules.createTickWorker(backend));
    if (!(await this.#synchronize(backend))) void this.#retrySynchronizing(backend);
    if (this.#schedules.hasSchedules) void this.#schedules.watchTicks(backend, this.#stopping.signal);
    void this.#retentionCleaner.run();
  }

  /** Stops taking jobs. Running ones continue. */
  async pause(): Promise<void> {
    this.#stopping.abort();
    this.#retentionCleaner.stop();
    await this.#queueWorkers.pause();
  }

  /** Waits for running attempts; after `graceMs` they are cancelled and their jobs released, without costing an attempt. */
  finish(graceMs: number): Promise<void> {
    return this.#attemptRunner.finish(graceMs);
  }

  /** Closes the workers. */
  close(): Promise<void> {
    this.#stopping.abort();
    return this.#queueWorkers.close();
  }

  async #retrySynchronizing(backend: JobBackend): Promise<void> {
    do await sleep(RETRY_INTERVAL_MS, undefined, { ref: false });
    while (!this.#stopping.signal.aborted && !(await this.#synchronize(backend)));
  }

  /** @returns whether the store responded */
  async #synchronize(backend: JobBackend): Promise<boolean> {
    try {
      await this.#queueWorkers.startOrphanedQueues(backend);
      await this.#schedules.synchronize(backend);
      return true;
    } catch {
      // The store logs its own outage.
      return false;
    }
  }
}
