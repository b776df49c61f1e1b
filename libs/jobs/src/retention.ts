import { setTimeout as sleep } from 'node:timers/promises';
import type { JobOptions } from './configuration/job-options';
import type { JobStore } from './job-store';

const EVERY_MS = 3_600_000;
/** In one call, which has a second. */
const MOST_AT_ONCE = 500;

/** Removes jobs that have ended longer ago than they are kept. BullMQ does so when the next one ends, which may be never. */
export class Retention {
  readonly #store: JobStore;
  readonly #ages: readonly (readonly ['completed' | 'failed', number])[];
  #isOver = false;

  constructor(store: JobStore, { completed, deadLetters }: JobOptions['retention']) {
    this.#store = store;
    this.#ages = [
      ['completed', completed],
      ['failed', deadLetters],
    ];
  }

  /** Does so now, and every hour. A store that is away has its turn the next time. */
  async keepUp(): Promise<void> {
    while (!this.#isOver) {
      await this.#apply().catch(() => undefined);
      await sleep(EVERY_MS, undefined, { ref: false });
    }
  }

  end(): void {
    this.#isOver = true;
  }

  async #apply(): Promise<void> {
    for (const lane of await this.#store.lanes()) {
      for (const [state, ageMs] of this.#ages) while (await this.#removeSome(lane, state, ageMs));
    }
  }

  /** @returns whether there may be more */
  async #removeSome(lane: string, state: 'completed' | 'failed', ageMs: number): Promise<boolean> {
    const removed = await this.#store.call((backend) =>
      this.#store.queue(backend, lane).clean(ageMs, MOST_AT_ONCE, state),
    );
    return removed.length >= MOST_AT_ONCE && !this.#isOver;
  }
}
