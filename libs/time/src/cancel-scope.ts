import type { Deadline } from './deadline';
import { type CoarseTimerEntry, coarseTimer } from './coarse-timer';
import { runAtTickEnd } from './tick-end';

export type CancelListener = (reason: Error) => void;

/**
 * A stretch of work that ends at its deadline at the latest, and everything it started with it (as in Trio, "cancel scopes").
 *
 * It costs nothing until somebody asks to be told: the timer is armed by the first listener or the first look at `signal`.
 * Whoever opens a scope closes it.
 */
export class CancelScope implements CoarseTimerEntry {
  /** The first one has a place of its own: most scopes have no more, and a set costs 0.1 µs. */
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
   * @param expiry - makes the reason with which the scope is cancelled when the deadline passes
   * @param parent - a wider scope: when that one is cancelled, so is this one, for the same reason
   */
  constructor(
    readonly deadline: Deadline,
    expiry: () => Error,
    parent?: CancelScope,
  ) {
    this.#createReason = expiry;
    if (parent) this.#removeFromParent = parent.onCancel((reason) => this.cancel(reason));
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
      else this.#scheduleTimer();
    }
    return this.#controller.signal;
  }

  /**
   * Calls `listener` once when the scope is cancelled; at once, if it has been already.
   *
   * @returns stops listening
   */
  onCancel(listener: CancelListener): () => void {
    this.addListener(listener);
    return () => this.removeListener(listener);
  }

  /** As {@link onCancel}, for those who stop by {@link removeListener}: a function for it costs every invocation 30 ns. */
  addListener(listener: CancelListener): void {
    if (this.#reason) {
      listener(this.#reason);
      return;
    }
    if (this.#firstListener) (this.#otherListeners ??= new Set()).add(listener);
    else this.#firstListener = listener;
    this.#scheduleTimer();
  }

  /** Without effect where `listener` does not listen. */
  removeListener(listener: CancelListener): void {
    if (this.#firstListener === listener) this.#firstListener = undefined;
    else this.#otherListeners?.delete(listener);
  }

  /** Calls `listener` once the turn of the event loop is over, if the work has not ended by then. */
  notifyAtTickEnd(listener: () => void): void {
    this.#tickEndListener = listener;
    this.#scheduleTimer();
  }

  /** Told once the turn is over in which somebody began to listen: most work has ended by then, and needs no timer. */
  handleTickEnd(): void {
    if (this.#isClosed || this.#reason) return;
    this.#tickEndListener?.();
    this.#isInCoarseTimer = coarseTimer.add(this);
    if (!this.#isInCoarseTimer) this.startPreciseTimer();
  }

  /** Ends the work now. Without effect on a scope that has been cancelled or closed. */
  cancel(reason: Error): void {
    if (this.#reason || this.#isClosed) return;
    this.#reason = reason;
    this.#release();
    this.#controller?.abort(reason);
    const listeners = [this.#firstListener, ...(this.#otherListeners ?? [])];
    this.#removeAllListeners();
    for (const listener of listeners) listener?.(reason);
  }

  /** The work has ended: lets go of timer, parent and listeners. A closed scope is never cancelled. */
  close(): void {
    this.#isClosed = true;
    this.#release();
    this.#removeAllListeners();
  }

  /** Told by {@link coarseTimer}: from here on the deadline has a timer of its own. */
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
