import type { Logger } from '@trunkline/telemetry';
import type { JobBackend, JobWorker } from './backend/job-backend';
import { AttemptFailedError } from './attempt/attempt-failed-error';
import type { Attempts } from './attempt/attempts';
import type { JobStore } from './job-store';
import type { Lane, Lanes } from './lane/lanes';
import { watchFor } from './watch-for';

/** What workers are made of. */
export interface JobWorkersOptions {
  readonly store: JobStore;
  readonly lanes: Lanes;
  readonly attempts: Attempts;
  /** How long a host may do nothing for its jobs. */
  readonly lockMs: number;
  readonly logger: Logger;
}

/** A worker of BullMQ's. */
type Taking = Pick<JobWorker, 'pause' | 'close'>;

/** Only for errors that are not an attempt's: BullMQ's own. */
const USUAL_WAIT_MS = 1_000;
const CLOSE_LIMIT_MS = 2_000;

/** The workers of a host: one for each lane, and for each lane that an earlier configuration has left jobs in. */
export class JobWorkers {
  readonly #options: JobWorkersOptions;
  readonly #workers: Taking[] = [];
  readonly #leftovers = new Set<string>();
  #isTaking = true;

  constructor(options: JobWorkersOptions) {
    this.#options = options;
  }

  /** Begins to take jobs. */
  start(backend: JobBackend): void {
    if (!this.#isTaking) return;
    for (const lane of this.#options.lanes.list()) this.#add(backend, lane);
  }

  /** Has a worker end with the others. */
  keep(worker: Taking): void {
    this.#workers.push(worker);
  }

  /** Takes up lanes that are no longer in the configuration; strikes off those that nothing is left in. */
  async takeUpLeftovers(backend: JobBackend): Promise<void> {
    const { store, lanes } = this.#options;
    const configured = new Set(lanes.list().map(({ name }) => name));
    for (const name of await store.lanes()) {
      if (configured.has(name) || this.#leftovers.has(name) || !this.#isTaking) continue;
      const counts = await store.call(() => store.queue(backend, name).getJobCounts());
      if (Object.values(counts).every((count) => count === 0)) await store.strikeOff(name);
      else this.#takeUp(backend, lanes.leftover(name));
    }
  }

  /** Takes no more jobs; those under way go on. */
  async stopTaking(): Promise<void> {
    this.#isTaking = false;
    await Promise.allSettled(this.#workers.map((worker) => worker.pause(true)));
  }

  /** Ends the workers, once attempts have finished. A store that does not answer is not waited for. */
  async close(): Promise<void> {
    const closed = Promise.allSettled(this.#workers.map((worker) => worker.close()));
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_LIMIT_MS)));
    await Promise.race([closed, limit]);
    clearTimeout(timer);
  }

  #takeUp(backend: JobBackend, lane: Lane): void {
    this.#leftovers.add(lane.name);
    this.#add(backend, lane);
  }

  #add(backend: JobBackend, { name, concurrency, limiter }: Lane): void {
    const { store, attempts, lockMs, logger } = this.#options;
    const worker: JobWorker = backend.worker(store.nameOfQueue(name), (job, token) => attempts.run(job, token ?? ''), {
      ...watchFor(lockMs),
      concurrency,
      ...(limiter && { limiter }),
      settings: { backoffStrategy: waitAfter },
    });
    worker.on('lockRenewalFailed', (ids) => {
      for (const id of ids) attempts.abandon(id);
    });
    worker.on('stalled', (job) => logger.warn({ job }, 'an attempt of a job never ended; the job is taken up again'));
    this.#workers.push(worker);
  }
}

function waitAfter(_attemptsMade: number, _type?: string, error?: Error): number {
  return (error instanceof AttemptFailedError ? error.retryInMs : undefined) ?? USUAL_WAIT_MS;
}
