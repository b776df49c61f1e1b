import { setTimeout as pause } from 'node:timers/promises';

/** One crash happens to every job that a host runs at the time; after two in a row, one of the jobs may be the cause. */
const SUSPECT_AFTER_CRASHES = 2;
/** Until the other jobs that the host took at the same time have been delayed. */
const ISOLATION_DELAY_MS = 500;

/**
 * Whether a job may be a poison job, one that crashes or blocks its process.
 *
 * @param crashes - number of its latest attempts that started and never finished
 * @param attempts - number of attempts that it has in all
 */
export function isSuspectedPoison(crashes: number, attempts: number): boolean {
  return crashes > 0 && crashes >= Math.min(SUSPECT_AFTER_CRASHES, attempts - 1);
}

/**
 * Runs suspected poison jobs of this host one at a time, so that a crash uses up the attempt of the job that causes it, not
 * those of the others.
 */
export class PoisonIsolation {
  #isOccupied = false;

  /** A suspected poison job runs on this host. */
  get isOccupied(): boolean {
    return this.#isOccupied;
  }

  /** Runs the attempt of a suspected poison job. The caller checks {@link isOccupied} before. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.#isOccupied = true;
    try {
      await pause(ISOLATION_DELAY_MS);
      return await work();
    } finally {
      this.#isOccupied = false;
    }
  }
}
