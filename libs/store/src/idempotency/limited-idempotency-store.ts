import { setTimeout as sleep } from 'node:timers/promises';
import { failureOf } from '@trunkline/failures';
import { type IdempotencyClaim, type IdempotencyState, IdempotencyStore } from './idempotency-store';
import { within } from '../within';
import type { KeptAnswer } from './kept-answer';

/** DESIGN's "Jobs": a store gets one second. */
const LIMIT_MS = 1_000;
/** When to free what was perhaps begun in a store that did not say so. */
const FREE_AFTER_MS = [0, 1_000, 2_000, 4_000, 8_000, 16_000];
/** In an outage there may be any number of them. */
const MOST_FREED_LATER = 1_000;

/**
 * A store that is another program, with an end to every wait for it: what fails or takes longer than a second is
 * `STORE_UNAVAILABLE`.
 */
export class LimitedIdempotencyStore extends IdempotencyStore {
  #freeing = 0;

  constructor(
    private readonly store: IdempotencyStore,
    private readonly limitMs = LIMIT_MS,
  ) {
    super();
  }

  /**
   * Where it fails, the store may have taken the claim all the same, now or later. Nobody carries the request out then, so the
   * key is freed as soon as the store can be reached.
   *
   * @throws {BusError} `STORE_UNAVAILABLE`
   */
  async begin(claim: IdempotencyClaim): Promise<IdempotencyState> {
    const beginning = settled(() => this.store.begin(claim));
    try {
      return await this.#limited(beginning);
    } catch (failure) {
      void beginning.catch(() => undefined).then(() => this.#freeLater(claim));
      throw failure;
    }
  }

  /** @throws {BusError} `STORE_UNAVAILABLE` */
  finish(claim: IdempotencyClaim, answer: KeptAnswer): Promise<void> {
    return this.#limited(settled(() => this.store.finish(claim, answer)));
  }

  /** @throws {BusError} `STORE_UNAVAILABLE` */
  free(claim: IdempotencyClaim): Promise<void> {
    return this.#limited(settled(() => this.store.free(claim)));
  }

  close(): Promise<void> {
    return this.store.close();
  }

  async #limited<T>(work: Promise<T>): Promise<T> {
    try {
      return await within(this.limitMs, work, () => new Error(`no answer within ${this.limitMs} ms`));
    } catch (cause) {
      throw failureOf('STORE_UNAVAILABLE', { cause });
    }
  }

  /** What cannot be freed in the end is as it was: its lease passes, and the key is answered as unknown. */
  async #freeLater(claim: IdempotencyClaim): Promise<void> {
    if (this.#freeing >= MOST_FREED_LATER) return;
    this.#freeing += 1;
    for (const delayMs of FREE_AFTER_MS) {
      await sleep(delayMs, undefined, { ref: false });
      if (await this.#isFreed(claim)) break;
    }
    this.#freeing -= 1;
  }

  async #isFreed(claim: IdempotencyClaim): Promise<boolean> {
    try {
      await this.free(claim);
      return true;
    } catch {
      // The store is still not there; another try follows.
      return false;
    }
  }
}

async function settled<T>(work: () => T | Promise<T>): Promise<T> {
  return work();
}
