import type { Logger } from '@trunkline/telemetry';
import type { JobBackend, JobWorker } from '../backend/job-backend';
import { AttemptFailedError } from './attempt-failed-error';
import type { AttemptRunner } from './attempt-runner';
import type { JobStore } from '../queues/job-store';
import type { QueueConfig, QueueRouter } from '../queues/queue-router';
import { createStalledJobOptions } from './stalled-job-options';

/** Collaborators and time limits of {@link QueueWorkers}. */
export interface QueueWorkersOptions {
  readonly store: JobStore;
  readonly queueRouter: QueueRouter;
  readonly attemptRunner: AttemptRunner;
  /** How long the lock on a job is valid without being renewed. */
  readonly lockMs: number;
  readonly logger: Logger;
}

/** A BullMQ worker. */
type ManagedWorker = Pick<JobWorker, 'pause' | 'close'>;

/** For errors of BullMQ itself; those of attempts carry their delay. */
const DEFAULT_RETRY_DELAY_MS = 1_000;
const CLOSE_TIMEOUT_MS = 2_000;

/** The workers of a host: one for each queue of the configuration, and for each queue that an earlier configuration has left jobs in. */
export class QueueWorkers {
  readonly #options: QueueWorkersOptions;
  readonly #workers: ManagedWorker[] = [];
  readonly #orphanedQueues = new Set<string>();
  #isAccepting = true;

  constructor(options: QueueWorkersOptions) {
    this.#options = options;
  }

  /** Starts taking jobs. */
  start(backend: JobBackend): void {
    if (!this.#isAccepting) return;
    for (const queue of this.#options.queueRouter.listConfigs()) this.#startWorker(backend, queue);
  }

  /** Adds a worker that is paused and closed with the others. */
  addWorker(worker: ManagedWorker): void {
    this.#workers.push(worker);
  }

  /** Starts workers for queues that are no longer in the configuration; unregisters those that are empty. */
  async startOrphanedQueues(backend: JobBackend): Promise<void> {
    const { store, queueRouter } = this.#options;
    const configured = new Set(queueRouter.listConfigs().map(({ name }) => name));
    for (const name of await store.listQueues()) {
      if (configured.has(name) || this.#orphanedQueues.has(name) || !this.#isAccepting) continue;
      const counts = await store.call(() => store.openQueue(backend, name).getJobCounts());
      if (Object.values(counts).every((count) => count === 0)) await store.unregisterQueue(name);
      else this.#startOrphanedQueue(backend, queueRouter.createOrphanedConfig(name));
    }
  }

  /** Stops taking jobs. Running ones continue. */
  async pause(): Promise<void> {
    this.#isAccepting = false;
    await Promise.allSettled(this.#workers.map((worker) => worker.pause(true)));
  }

  /** Closes the workers, after attempts have finished. An unavailable store does not delay it for longer than two seconds. */
  async close(): Promise<void> {
    const closed = Promise.allSettled(this.#workers.map((worker) => worker.close()));
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_TIMEOUT_MS)));
    await Promise.race([closed, limit]);
    clearTimeout(timer);
  }

  #startOrphanedQueue(backend: JobBackend, queue: QueueConfig): void {
    this.#orphanedQueues.add(queue.name);
    this.#startWorker(backend, queue);
  }

  #startWorker(backend: JobBackend, { name, concurrency, limiter }: QueueConfig): void {
    const { store, attemptRunner, lockMs, logger } = this.#options;
    const worker: JobWorker = backend.createWorker(
      store.toBullQueueName(name),
      (job, token) => attemptRunner.run(job, token ?? ''),
      {
        ...createStalledJobOptions(lockMs),
        concurrency,
        ...(limiter && { limiter }),
        settings: { backoffStrategy: computeBackoffDelayMs },
      },
    );
    worker.on('lockRenewalFailed', (ids) => {
      for (const id of ids) attemptRunner.handleLockLost(id);
    });
    worker.on('stalled', (job) =>
      logger.warn({ job }, 'a job stalled: its process crashed or was blocked; the job is queued again'),
    );
    this.#workers.push(worker);
  }
}

function computeBackoffDelayMs(_attemptsMade: number, _type?: string, error?: Error): number {
  return (error instanceof AttemptFailedError ? error.retryInMs : undefined) ?? DEFAULT_RETRY_DELAY_MS;
}
