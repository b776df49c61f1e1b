import { setTimeout as sleep } from 'node:timers/promises';
import type { JobsConfig } from '../configuration/jobs-config';
import type { JobStore } from '../queues/job-store';

const CLEANING_INTERVAL_MS = 3_600_000;
/** In one call, which has a second. */
const BATCH_SIZE = 500;

/** Removes jobs that have ended longer ago than they are kept. BullMQ does so when the next one ends, which may be never. */
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

  /** Does so now, and every hour. A store that is away has its turn the next time. */
  async run(): Promise<void> {
    while (!this.#isStopped) {
      await this.#clean().catch(() => undefined);
      await sleep(CLEANING_INTERVAL_MS, undefined, { ref: false });
    }
  }

  stop(): void {
    this.#isStopped = true;
  }

  async #clean(): Promise<void> {
    for (const lane of await this.#store.listQueues()) {
      for (const [state, ageMs] of this.#ages) while (await this.#cleanBatch(lane, state, ageMs));
    }
  }

  /** @returns whether there may be more */
  async #cleanBatch(lane: string, state: 'completed' | 'failed', ageMs: number): Promise<boolean> {
    const removed = await this.#store.call((backend) =>
      this.#store.openQueue(backend, lane).clean(ageMs, BATCH_SIZE, state),
    );
    return removed.length >= BATCH_SIZE && !this.#isStopped;
  }
}
