import type { Deadline } from './deadline';
import { type CoarseTimerEntry, coarseTimer } from './coarse-timer';
import { runAtTickEnd } from './tick-end';

/** Called with the reason when a scope is cancelled. */
export type CancelListener = (reason: Error) => void;

/**
 * Work with a deadline: when it passes, the work and everything it started is cancelled (the "cancel scope" of Trio).
 *
 * The timer is started by the first listener or the first access to `signal`, so that other scopes cost nothing. The creator of a scope
 * must close it.
 */
export class CancelScope implements CoarseTimerEntry {
  /** The first listener has its own field: most scopes have one listener, and a set is expensive. */
  #firstListener: CancelListener | undefined;
  #otherListeners: Set<CancelListener> | undefined;
  readonly #createReason: () => Error;
  #timer: NodeJS.Timeout | undefined;
  #isScheduled = false;
  #controller: AbortController | undefined;
  #reason: Error | undefined;
  #isClosed = false;
  #isInCoarseTimer = false;
  #tickEndListener: (() => void) | undefined;
  #removeFromParent: (() => void) | undefined;

  /**
   * @param createReason - creates the reason with which the scope is cancelled when the deadline passes
   * @param parent - a wider scope: when it is cancelled, so is this one, with the same reason
   */
  constructor(
    readonly deadline: Deadline,
    createReason: () => Error,
    parent?: CancelScope,
  ) {
    this.#createReason = createReason;
    if (parent) this.#removeFromParent = parent.onCancel((reason) => this.cancel(reason));
  }

  /** The reason for the cancellation; `undefined` if the scope is not cancelled. */
  get reason(): Error | undefined {
    return this.#reason;
  }

  /** The signal of the scope, aborted with the reason when the scope is cancelled. Always the same object. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#reason) this.#controller.abort(this.#reason);
      else this.#scheduleTimer();
    }
    return this.#controller.signal;
  }

  /**
   * Calls `listener` once when the scope is cancelled; immediately if it already is.
   *
   * @returns a function that removes the listener
   */
  onCancel(listener: CancelListener): () => void {
    this.addListener(listener);
    return () => this.removeListener(listener);
  }

  /** Adds a listener like {@link onCancel}, without creating a function to remove it: use {@link removeListener}. */
  addListener(listener: CancelListener): void {
    if (this.#reason) {
      listener(this.#reason);
      return;
    }
    if (this.#firstListener) (this.#otherListeners ??= new Set()).add(listener);
    else this.#firstListener = listener;
    this.#scheduleTimer();
  }

  /** Removes a listener; no effect for an unknown listener. */
  removeListener(listener: CancelListener): void {
    if (this.#firstListener === listener) this.#firstListener = undefined;
    else this.#otherListeners?.delete(listener);
  }

  /** Calls `listener` at the end of this event-loop iteration if the work has not ended. */
  notifyAtTickEnd(listener: () => void): void {
    this.#tickEndListener = listener;
    this.#scheduleTimer();
  }

  /** Starts the timer at the end of the event-loop iteration: most work has ended by then and needs none. */
  handleTickEnd(): void {
    if (this.#isClosed || this.#reason) return;
    this.#tickEndListener?.();
    this.#isInCoarseTimer = coarseTimer.add(this);
    if (!this.#isInCoarseTimer) this.startPreciseTimer();
  }

  /** Cancels the work now. No effect on a cancelled or closed scope. */
  cancel(reason: Error): void {
    if (this.#reason || this.#isClosed) return;
    this.#reason = reason;
    this.#release();
    this.#controller?.abort(reason);
    const listeners = [this.#firstListener, ...(this.#otherListeners ?? [])];
    this.#removeAllListeners();
    for (const listener of listeners) listener?.(reason);
  }

  /** Marks the work as ended, and releases timer, parent and listeners. A closed scope is never cancelled. */
  close(): void {
    this.#isClosed = true;
    this.#release();
    this.#removeAllListeners();
  }

  /** Starts the scope's own timer. {@link coarseTimer} calls this when the deadline is near. */
  startPreciseTimer(): void {
    this.#timer = setTimeout(() => this.#expire(), Math.ceil(this.deadline.remainingMs()));
  }

  #removeAllListeners(): void {
    this.#firstListener = undefined;
    this.#otherListeners = undefined;
  }

  #scheduleTimer(): void {
    if (this.#isScheduled || this.#isClosed) return;
    this.#isScheduled = true;
    runAtTickEnd(this);
  }

  #release(): void {
    if (this.#timer) clearTimeout(this.#timer);
    else if (this.#isInCoarseTimer) coarseTimer.delete(this);
    this.#removeFromParent?.();
  }

  #expire(): void {
    if (this.deadline.hasPassed) this.cancel(this.#createReason());
    else this.startPreciseTimer();
  }
}
