import { setTimeout as sleep } from 'node:timers/promises';
import { createFailure } from '@trunkline/failures';
import { waitWithTimeout } from '@trunkline/time';
import { type IdempotencyClaim, type IdempotencyState, IdempotencyStore } from './idempotency-store';
import type { StoredResponse } from './stored-response';

/** DESIGN's "Jobs": a store gets one second. */
const TIMEOUT_MS = 1_000;
/** When to free what was perhaps begun in a store that did not say so. */
const RELEASE_DELAYS_MS = [0, 1_000, 2_000, 4_000, 8_000, 16_000];
/** In an outage there may be any number of them. */
const MAX_PENDING_RELEASES = 1_000;

/**
 * A store that is another program, with an end to every wait for it: what fails or takes longer than a second is
 * `STORE_UNAVAILABLE`.
 */
export class TimeLimitedIdempotencyStore extends IdempotencyStore {
  #pendingReleases = 0;

  constructor(
    private readonly store: IdempotencyStore,
    private readonly timeoutMs = TIMEOUT_MS,
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
    const beginning = callAsync(() => this.store.begin(claim));
    try {
      return await this.#waitWithTimeout(beginning);
    } catch (failure) {
      void beginning.catch(() => undefined).then(() => this.#releaseLater(claim));
      throw failure;
    }
  }

  /** @throws {BusError} `STORE_UNAVAILABLE` */
  finish(claim: IdempotencyClaim, answer: StoredResponse): Promise<void> {
    return this.#waitWithTimeout(callAsync(() => this.store.finish(claim, answer)));
  }

  /** @throws {BusError} `STORE_UNAVAILABLE` */
  release(claim: IdempotencyClaim): Promise<void> {
    return this.#waitWithTimeout(callAsync(() => this.store.release(claim)));
  }

  close(): Promise<void> {
    return this.store.close();
  }

  async #waitWithTimeout<T>(work: Promise<T>): Promise<T> {
    try {
      return await waitWithTimeout(this.timeoutMs, work);
    } catch (cause) {
      throw createFailure('STORE_UNAVAILABLE', { cause });
    }
  }

  /** What cannot be freed in the end is as it was: its lease passes, and the key is answered as unknown. */
  async #releaseLater(claim: IdempotencyClaim): Promise<void> {
    if (this.#pendingReleases >= MAX_PENDING_RELEASES) return;
    this.#pendingReleases += 1;
    for (const delayMs of RELEASE_DELAYS_MS) {
      await sleep(delayMs, undefined, { ref: false });
      if (await this.#tryRelease(claim)) break;
    }
    this.#pendingReleases -= 1;
  }

  async #tryRelease(claim: IdempotencyClaim): Promise<boolean> {
    try {
      await this.release(claim);
      return true;
    } catch {
      // The store is still not there; another try follows.
      return false;
    }
  }
}

async function callAsync<T>(work: () => T | Promise<T>): Promise<T> {
  return work();
}
