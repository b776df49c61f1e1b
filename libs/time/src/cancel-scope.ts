import type { Deadline } from './deadline';

export type CancelListener = (reason: Error) => void;

/** Node clamps longer timers to 1 ms; such a deadline is looked at again when this much has passed. */
const LONGEST_TIMER_MS = 2_147_483_647;

/**
 * A stretch of work that ends at its deadline at the latest, and everything it started with it (as in Trio, "cancel scopes").
 *
 * It costs nothing until somebody asks to be told: the timer is armed by the first listener or the first look at `signal`.
 * Whoever opens a scope closes it.
 */
export class CancelScope {
  readonly #listeners = new Set<CancelListener>();
  readonly #expiry: () => Error;
  #timer: NodeJS.Timeout | undefined;
  #controller: AbortController | undefined;
  #reason: Error | undefined;
  #isClosed = false;
  #leaveParent: (() => void) | undefined;

  /**
   * @param expiry - makes the reason with which the scope is cancelled when the deadline passes
   * @param parent - a wider scope: when that one is cancelled, so is this one, for the same reason
   */
  constructor(
    readonly deadline: Deadline,
    expiry: () => Error,
    parent?: CancelScope,
  ) {
    this.#expiry = expiry;
    if (parent) this.#leaveParent = parent.onCancel((reason) => this.cancel(reason));
  }

  /** Why the scope was cancelled; `undefined` while it is not. */
  get reason(): Error | undefined {
    return this.#reason;
  }

  /** Aborts, with the reason, when the scope is cancelled. One and the same signal for the scope's life. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#reason) this.#controller.abort(this.#reason);
      else this.#arm();
    }
    return this.#controller.signal;
  }

  /**
   * Calls `listener` once when the scope is cancelled; at once, if it has been already.
   *
   * @returns stops listening
   */
  onCancel(listener: CancelListener): () => void {
    if (this.#reason) {
      listener(this.#reason);
      return () => undefined;
    }
    this.#listeners.add(listener);
    this.#arm();
    return () => this.#listeners.delete(listener);
  }

  /** Ends the work now. Without effect on a scope that has been cancelled or closed. */
  cancel(reason: Error): void {
    if (this.#reason || this.#isClosed) return;
    this.#reason = reason;
    this.#release();
    this.#controller?.abort(reason);
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener(reason);
  }

  /** The work has ended: lets go of timer, parent and listeners. A closed scope is never cancelled. */
  close(): void {
    this.#isClosed = true;
    this.#release();
    this.#listeners.clear();
  }

  #release(): void {
    clearTimeout(this.#timer);
    this.#leaveParent?.();
  }

  #arm(): void {
    if (this.#timer || this.#isClosed) return;
    const ms = Math.min(Math.ceil(this.deadline.remainingMs()), LONGEST_TIMER_MS);
    this.#timer = setTimeout(() => this.#expire(), ms);
  }

  #expire(): void {
    this.#timer = undefined;
    if (this.deadline.hasPassed) this.cancel(this.#expiry());
    else this.#arm();
  }
}
