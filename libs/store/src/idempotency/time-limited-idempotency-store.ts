import { setTimeout as sleep } from 'node:timers/promises';
import { createFailure } from '@trunkline/failures';
import { waitWithTimeout } from '@trunkline/time';
import { type IdempotencyClaim, type IdempotencyState, IdempotencyStore } from './idempotency-store';
import type { StoredResponse } from './stored-response';

/** Time limit of every store operation. */
const TIMEOUT_MS = 1_000;
/** Delays between attempts to release a claim with an unknown state. */
const RELEASE_DELAYS_MS = [0, 1_000, 2_000, 4_000, 8_000, 16_000];
/** An outage can cause any number of releases. */
const MAX_PENDING_RELEASES = 1_000;

/**
 * Adds a time limit to an external store: an operation that fails or takes longer than a second is `STORE_UNAVAILABLE`.
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
   * Begins a claim. After a failure, the store may still record the claim, although the request is not processed. So the key is released
   * as soon as the store is available.
   *
   * @throws {BusError} `STORE_UNAVAILABLE`
   */
  async begin(claim: IdempotencyClaim): Promise<IdempotencyState> {
    const pending = callAsync(() => this.store.begin(claim));
    try {
      return await this.#waitWithTimeout(pending);
    } catch (failure) {
      void pending.catch(() => undefined).then(() => this.#releaseLater(claim));
      throw failure;
    }
  }

  /** @throws {BusError} `STORE_UNAVAILABLE` */
  finish(claim: IdempotencyClaim, response: StoredResponse): Promise<void> {
    return this.#waitWithTimeout(callAsync(() => this.store.finish(claim, response)));
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

  /** If all attempts fail, the lease expires and the state of the key is `unknown`. */
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
      // The store is still unavailable; another attempt follows.
      return false;
    }
  }
}

async function callAsync<T>(work: () => T | Promise<T>): Promise<T> {
  return work();
}
