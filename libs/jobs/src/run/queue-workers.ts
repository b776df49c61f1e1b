import type { Logger } from '@trunkline/telemetry';
import type { JobBackend, JobWorker } from '../backend/job-backend';
import { AttemptFailedError } from './attempt-failed-error';
import type { AttemptRunner } from './attempt-runner';
import type { JobStore } from '../queues/job-store';
import type { QueueConfig, QueueRouter } from '../queues/queue-router';
import { createStalledJobOptions } from './stalled-job-options';

/** What workers are made of. */
export interface QueueWorkersOptions {
  readonly store: JobStore;
  readonly queueRouter: QueueRouter;
  readonly attemptRunner: AttemptRunner;
  /** How long a host may do nothing for its jobs. */
  readonly lockMs: number;
  readonly logger: Logger;
}

/** A worker of BullMQ's. */
type ManagedWorker = Pick<JobWorker, 'pause' | 'close'>;

/** Only for errors that are not an attempt's: BullMQ's own. */
const DEFAULT_RETRY_DELAY_MS = 1_000;
const CLOSE_TIMEOUT_MS = 2_000;

/** The workers of a host: one for each lane, and for each lane that an earlier configuration has left jobs in. */
export class QueueWorkers {
  readonly #options: QueueWorkersOptions;
  readonly #workers: ManagedWorker[] = [];
  readonly #orphanedQueues = new Set<string>();
  #isAccepting = true;

  constructor(options: QueueWorkersOptions) {
    this.#options = options;
  }

  /** Begins to take jobs. */
  start(backend: JobBackend): void {
    if (!this.#isAccepting) return;
    for (const lane of this.#options.queueRouter.listConfigs()) this.#startWorker(backend, lane);
  }

  /** Has a worker end with the others. */
  addWorker(worker: ManagedWorker): void {
    this.#workers.push(worker);
  }

  /** Takes up lanes that are no longer in the configuration; strikes off those that nothing is left in. */
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

  /** Takes no more jobs; those under way go on. */
  async pause(): Promise<void> {
    this.#isAccepting = false;
    await Promise.allSettled(this.#workers.map((worker) => worker.pause(true)));
  }

  /** Ends the workers, once attempts have finished. A store that does not answer is not waited for. */
  async close(): Promise<void> {
    const closed = Promise.allSettled(this.#workers.map((worker) => worker.close()));
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_TIMEOUT_MS)));
    await Promise.race([closed, limit]);
    clearTimeout(timer);
  }

  #startOrphanedQueue(backend: JobBackend, lane: QueueConfig): void {
    this.#orphanedQueues.add(lane.name);
    this.#startWorker(backend, lane);
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
    worker.on('stalled', (job) => logger.warn({ job }, 'an attempt of a job never ended; the job is taken up again'));
    this.#workers.push(worker);
  }
}

function computeBackoffDelayMs(_attemptsMade: number, _type?: string, error?: Error): number {
  return (error instanceof AttemptFailedError ? error.retryInMs : undefined) ?? DEFAULT_RETRY_DELAY_MS;
}
