import { AsyncLocalStorage } from 'node:async_hooks';
import type { Deadline } from '@trunkline/time';
import type { Invocation } from './invocation';

/**
 * The running invocation, for providers that are injected into services. Outside an invocation, every member is `undefined`.
 *
 * The bus tracks invocations only once a provider injects this class, because an AsyncLocalStorage slows down every request.
 */
export class CurrentInvocation {
  readonly #storage = new AsyncLocalStorage<Invocation>();
  #isTracking = false;

  /** Correlation id. */
  get cid(): string | undefined {
    return this.#storage.getStore()?.cid;
  }

  /** @internal The invocation itself, for the rooms of the bus. */
  get invocation(): Invocation | undefined {
    return this.#storage.getStore();
  }

  /** Name of the running service. */
  get service(): string | undefined {
    return this.#storage.getStore()?.service.name;
  }

  get signal(): AbortSignal | undefined {
    return this.#storage.getStore()?.scope.signal;
  }

  get deadline(): Deadline | undefined {
    return this.#storage.getStore()?.scope.deadline;
  }

  get isTracking(): boolean {
    return this.#isTracking;
  }

  /** Tracks invocations that start from now on. */
  startTracking(): void {
    this.#isTracking = true;
  }

  run<T>(invocation: Invocation, work: () => T): T {
    return this.#storage.run(invocation, work);
  }
}
