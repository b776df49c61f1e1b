import { setTimeout as sleep } from 'node:timers/promises';
import type { JobsConfig } from '../configuration/jobs-config';
import type { JobStore } from '../queues/job-store';

const CLEANING_INTERVAL_MS = 3_600_000;
/** Jobs removed by one call to the store, which may take a second. */
const BATCH_SIZE = 500;

/** Removes finished jobs after their retention time. BullMQ itself does so only when another job of the queue finishes. */
export class RetentionCleaner {
  readonly #store: JobStore;
  readonly #ages: readonly (readonly ['completed' | 'failed', number])[];
  #isStopped = false;

  constructor(store: JobStore, { completed, deadLetters }: JobsConfig['retention']) {
    this.#store = store;
    this.#ages = [
      ['completed', completed],
      ['failed', deadLetters],
    ];
  }

  /** Cleans all queues now and every hour, until {@link stop}. If the store is unavailable, the next run makes up for it. */
  async run(): Promise<void> {
    while (!this.#isStopped) {
      await this.#clean().catch(() => undefined);
      await sleep(CLEANING_INTERVAL_MS, undefined, { ref: false });
    }
  }

  /** Ends {@link run}. */
  stop(): void {
    this.#isStopped = true;
  }

  async #clean(): Promise<void> {
    for (const queue of await this.#store.listQueues()) {
      for (const [state, ageMs] of this.#ages) while (await this.#cleanBatch(queue, state, ageMs));
    }
  }

  /** @returns whether there may be more */
  async #cleanBatch(queue: string, state: 'completed' | 'failed', ageMs: number): Promise<boolean> {
    const removed = await this.#store.call((backend) =>
      this.#store.openQueue(backend, queue).clean(ageMs, BATCH_SIZE, state),
    );
    return removed.length >= BATCH_SIZE && !this.#isStopped;
  }
}
